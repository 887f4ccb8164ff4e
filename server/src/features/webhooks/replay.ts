import type { ReplayWebhookEvent, WebhookEvent } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { AdminContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { WebhookEvent as WebhookEventRow } from "../../database/generated/client.ts";
import { inTransaction } from "../../database/transaction.ts";
import { KeptEvent, readClerkEvent } from "../sync/clerk-events.ts";
import type { ReadEvent } from "../sync/clerk-events.ts";
import { findEvent, getWebhookEvent } from "./operations.ts";

/**
 * Runs the handler of an event again, with what is kept of it. Handlers compare times, so that an old event does not
 * undo what newer ones have done.
 *
 * A handler that fails again is no failure of this call: the answer shows what became of the event.
 *
 * @throws AppError NOT_FOUND; VALIDATION_FAILED where nothing is kept, and the provider has to send it again
 */
export async function replayWebhookEvent(
  ctx: AdminContext,
  input: ReplayWebhookEvent,
): Promise<WebhookEvent> {
  const row = await findEvent(ctx, input);
  const { read, at } = readKept(row);
  const { provider, id, type } = row;
  const where = { provider_id: { provider, id } };
  const attempt = { attempts: { increment: 1 }, lastAt: ctx.now() };
  try {
    await inTransaction(ctx.db, async (tx) => {
      // The row is held first: the provider's own next copy waits here, and is then a repeat.
      await tx.webhookEvent.update({ where, data: { ...attempt, appliedAt: ctx.now(), lastError: null } });
      const outcome = await read.apply(
        tx,
        { id, type, at },
        { now: ctx.now, roleOf: ctx.organizations.roleOf },
      );
      await tx.webhookEvent.update({ where, data: { outcome } });
      await recordAudit(tx, ctx, {
        action: "admin.webhooks.replay",
        target: { type: "webhookEvent", id },
        workspaceId: null,
        after: { provider, outcome },
      });
    });
  } catch (error) {
    ctx.log.error({ err: error, provider, id, requestId: ctx.requestId }, "a webhook failed again");
    const lastError = error instanceof Error ? error.name : typeof error;
    await ctx.db.webhookEvent.update({ where, data: { ...attempt, lastError } });
  }
  return getWebhookEvent(ctx, input);
}

function readKept({ provider, type, payload }: WebhookEventRow): { read: ReadEvent; at: Date } {
  const { data: kept } = KeptEvent.safeParse(payload);
  const read = provider === "clerk" && kept !== undefined ? readClerkEvent(type, kept.data) : "no shape";
  if (kept === undefined || typeof read === "string")
    throw new AppError("VALIDATION_FAILED", {
      detail: "Nothing is kept of this event that could be run again. Have the provider send it again.",
    });
  return { read, at: new Date(kept.at) };
}
