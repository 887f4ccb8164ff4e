import { setTimeout as sleep } from "node:timers/promises";
import { isWriteConflict } from "./errors.ts";
import type { Prisma } from "./generated/client.ts";
import type { Database, Transaction } from "./open.ts";

export interface TransactionOptions {
  /** PostgreSQL's default is ReadCommitted. */
  isolation?: Prisma.TransactionIsolationLevel;
  /** How often the work is begun at most, the first time counted. */
  attempts?: number;
  /** How long the work may take, all its statements together. */
  timeoutMs?: number;
}

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 20;

/**
 * Does work in one transaction: all of it is stored, or nothing.
 *
 * Work that loses against another transaction (a serialization failure, a deadlock) is done again from its beginning. So
 * it may touch nothing but `tx` and what it makes itself: no mail, no call to a provider, no list outside to push to; such
 * things belong after the call, with what it returned. Tests find offenders with `conflictingOnce`, which makes every
 * transaction lose its first attempt. The outer client inside the work waits for itself: always `tx`.
 *
 * A lost connection is not tried again: the commit may have reached the server, and twice would be wrong.
 *
 * @throws whatever the work throws, after a rollback; the last conflict, where every attempt lost (`isWriteConflict`)
 */
export async function inTransaction<Result>(
  db: Pick<Database, "$transaction">,
  work: (tx: Transaction) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  const { isolation, attempts, timeoutMs } = options;
  const settings = {
    ...(isolation === undefined ? {} : { isolationLevel: isolation }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  };
  return againAfterConflicts(() => db.$transaction(work, settings), attempts);
}

/** @param run one attempt: a whole transaction */
export async function againAfterConflicts<Result>(
  run: () => Promise<Result>,
  attempts: number = ATTEMPTS,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= attempts || !isWriteConflict(error)) throw error;
      await sleep(pauseMs(attempt));
    }
  }
}

/** Longer each time and never the same: two that met once would meet again in step. */
function pauseMs(attempt: number): number {
  return Math.random() * FIRST_PAUSE_MS * 2 ** attempt;
}
