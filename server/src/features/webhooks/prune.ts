import { DAY_MS } from "../../base/instants.ts";
import type { Database, Transaction } from "../../database/open.ts";

/** How long what was applied can be run again. */
const APPLIED_DAYS = 30;
/** How long what failed, or waits for a person, is kept in full. */
const OPEN_DAYS = 180;

/**
 * Forgets what old events said. Their ids stay for ever, so that a copy that comes after years is still known.
 *
 * @returns how many were pruned
 */
export async function pruneWebhookEvents({
  tx,
  at,
}: {
  tx: Transaction | Database;
  at: Date;
}): Promise<number> {
  const daysAgo = (days: number): Date => new Date(at.getTime() - days * DAY_MS);
  // The first bound is implied by the second, which no index can answer.
  return tx.$executeRaw`
    UPDATE webhook_events SET payload = NULL, subject = NULL
    WHERE payload IS NOT NULL
      AND received_at < ${daysAgo(APPLIED_DAYS)}::timestamptz
      AND received_at < CASE WHEN outcome = 'applied' THEN ${daysAgo(APPLIED_DAYS)}::timestamptz
                             ELSE ${daysAgo(OPEN_DAYS)}::timestamptz END`;
}
