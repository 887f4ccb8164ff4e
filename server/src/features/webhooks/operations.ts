import type { GetWebhookEvent, ListWebhookEvents, Page, WebhookEvent } from "@gatehouse/shared";
import type { AdminContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { WebhookEvent as WebhookEventRow } from "../../database/generated/client.ts";
import { canRerun } from "./rerun.ts";
import type { InboxContext } from "./rerun.ts";

/** What came in, the newest first. The payload is never shown: it is there to be run again. */
export async function listWebhookEvents(
  ctx: InboxContext,
  { cursor, limit, ...filter }: ListWebhookEvents,
): Promise<Page<WebhookEvent>> {
  const older = cursor === undefined ? {} : { number: { lt: numberOf(cursor) } };
  const rows = await ctx.db.webhookEvent.findMany({
    where: { ...filter, ...older },
    orderBy: { number: "desc" },
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? String(last.number) : null;
  return { items: shown.map((row) => toWebhookEvent(ctx, row)), nextCursor };
}

/** @throws AppError NOT_FOUND */
export async function getWebhookEvent(ctx: InboxContext, input: GetWebhookEvent): Promise<WebhookEvent> {
  return toWebhookEvent(ctx, await findEvent(ctx, input));
}

export async function findEvent(
  { db }: Pick<AdminContext, "db">,
  { provider, id }: GetWebhookEvent,
): Promise<WebhookEventRow> {
  const row = await db.webhookEvent.findUnique({ where: { provider_id: { provider, id } } });
  if (row === null) throw new AppError("NOT_FOUND");
  return row;
}

function numberOf(cursor: string): bigint {
  if (/^\d{1,18}$/.test(cursor)) return BigInt(cursor);
  throw new AppError("VALIDATION_FAILED", {
    fields: [{ path: "cursor", message: "Not a cursor of this list" }],
  });
}

function toWebhookEvent(ctx: InboxContext, row: WebhookEventRow): WebhookEvent {
  const { provider, id, type, outcome, attempts, lastError, review, details } = row;
  return {
    provider,
    id,
    type,
    outcome,
    attempts,
    lastError,
    review,
    details,
    canReplay: canRerun(ctx, row),
    receivedAt: row.receivedAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    appliedAt: row.appliedAt?.toISOString() ?? null,
  };
}
