import type { ReplayWebhookEvent, WebhookEvent } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import { AppError } from "../../base/app-error.ts";
import { Prisma } from "../../database/generated/client.ts";
import { inTransaction } from "../../database/transaction.ts";
import { findEvent, getWebhookEvent } from "./operations.ts";
import { prepareRerun } from "./rerun.ts";
import type { InboxContext } from "./rerun.ts";

/**
 * Runs the handler of an event again. Handlers compare times and amounts, so that an old event does not undo what newer
 * ones have done, and nothing is granted twice.
 *
 * A handler that fails again is no failure of this call: the answer shows what became of the event.
 *
 * @throws AppError NOT_FOUND; VALIDATION_FAILED where nothing is kept, and the provider has to send it again;
 * PROVIDER_ERROR, UNAVAILABLE where the provider cannot be asked now
 */
export async function replayWebhookEvent(
  ctx: InboxContext,
  input: ReplayWebhookEvent,
): Promise<WebhookEvent> {
  const row = await findEvent(ctx, input);
  const apply = await prepareRerun(ctx, row);
  if (apply === null)
    throw new AppError("VALIDATION_FAILED", {
      detail: "Nothing is kept of this event that could be run again. Have the provider send it again.",
    });
  const { provider, id } = row;
  const where = { provider_id: { provider, id } };
  const attempt = { attempts: { increment: 1 }, lastAt: ctx.now() };
  try {
    await inTransaction(ctx.db, async (tx) => {
      // The row is held first: the provider's own next copy waits here, and is then a repeat.
      await tx.webhookEvent.update({ where, data: { ...attempt, appliedAt: ctx.now(), lastError: null } });
      const applied = await apply(tx);
      const settled =
        typeof applied === "string"
          ? { outcome: applied, review: null, details: Prisma.DbNull }
          : { outcome: "review" as const, ...applied };
      await tx.webhookEvent.update({ where, data: settled });
      await recordAudit(tx, ctx, {
        action: "admin.webhooks.replay",
        target: { type: "webhookEvent", id },
        workspaceId: null,
        after: { provider, outcome: settled.outcome },
      });
    });
  } catch (error) {
    ctx.log.error({ err: error, provider, id, requestId: ctx.requestId }, "a webhook failed again");
    const lastError = error instanceof Error ? error.name : typeof error;
    await ctx.db.webhookEvent.update({ where, data: { ...attempt, lastError } });
  }
  return getWebhookEvent(ctx, input);
}
