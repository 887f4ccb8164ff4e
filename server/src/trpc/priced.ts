import { randomUUID } from "node:crypto";
import type { WorkspaceContext } from "../access/contexts.ts";
import type { Log } from "../base/log.ts";
import { captureIn, holdCredits, releaseCredits } from "../features/credits/holds.ts";
import { inTransaction } from "../database/transaction.ts";

export interface PricedCall {
  /** What the call costs. */
  credits: number;
  /** The procedure's path. */
  path: string;
  log: Log;
}

/** Longer than any call takes; after it the credits of a server that died are free again. */
const HELD_SECONDS = 900;

/**
 * Runs a call that costs credits: they are held before, spent after success, and free again after failure.
 *
 * An operation with a transaction of its own settles in it (`ctx.price.settle(tx)`): then its change and its price are
 * stored together or not at all. What it has settled is not spent again here.
 *
 * @throws AppError INSUFFICIENT_CREDITS, before anything has run
 */
export async function runPriced<Result extends { ok: boolean }>(
  ctx: WorkspaceContext,
  { credits, path, log }: PricedCall,
  run: (ctx: WorkspaceContext) => Promise<Result>,
): Promise<Result> {
  const price = {
    credits,
    reason: `Call of ${path}`,
    idempotencyKey: randomUUID(),
    expiresInSeconds: HELD_SECONDS,
  };
  const { id: holdId } = await holdCredits(ctx, price, "call");
  const settle = async (tx: Parameters<typeof captureIn>[0]): Promise<void> => {
    await captureIn(tx, ctx, { holdId, holder: "call" });
  };
  const result = await run({ ...ctx, price: { credits, settle } });
  try {
    if (result.ok) await inTransaction(ctx.db, settle);
    else await releaseCredits(ctx, { holdId }, "call");
  } catch (error) {
    // The work is done or undone by now, and its answer is true; the hold that is left lapses.
    log.error({ err: error, path, holdId }, "the price of a call could not be settled");
  }
  return result;
}
