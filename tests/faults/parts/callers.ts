import { ApiError } from "@gatehouse/client";
import type { Api } from "@gatehouse/client";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { expect } from "vitest";
import { disagreeingAccounts } from "../../../server/src/features/credits/books.ts";

/** What so many callers were told. */
export interface Tally {
  /** The idempotency keys of the spends that the server said it had made. */
  acknowledged: string[];
  /** How often each answer came that was none: the error's code, or NETWORK where nothing came. */
  failures: Record<string, number>;
}

export interface Callers {
  tally: Tally;
  /** Resolves once so many more spends were acknowledged. */
  more: (spends: number) => Promise<void>;
  stop: () => Promise<Tally>;
}

/** Callers who spend a credit, and another one, as fast as they are answered, until they are stopped. */
export function keepSpending(apis: readonly Api[], workspaceId: string): Callers {
  const tally: Tally = { acknowledged: [], failures: {} };
  const over = new AbortController();
  const callers = apis.map(async (api) => {
    while (!over.signal.aborted) {
      const idempotencyKey = randomUUID();
      try {
        await api.credits.spend.mutate({ workspaceId, credits: 1, reason: "A fault", idempotencyKey });
        tally.acknowledged.push(idempotencyKey);
      } catch (error) {
        const code = error instanceof ApiError ? error.code : "NETWORK";
        tally.failures[code] = (tally.failures[code] ?? 0) + 1;
        await sleep(20);
      }
    }
  });
  return {
    tally,
    more: async (spends) => {
      const enough = tally.acknowledged.length + spends;
      while (tally.acknowledged.length < enough) await sleep(10);
    },
    stop: async () => {
      over.abort();
      await Promise.all(callers);
      return tally;
    },
  };
}

/** What was acknowledged stands in the ledger, each once, and the ledger agrees with itself. */
export async function expectNothingLost(pool: Pool, { acknowledged }: Tally): Promise<void> {
  const { rows } = await pool.query<{ key: string; entries: string }>(
    `SELECT key, count(e.id) AS entries FROM unnest($1::text[]) AS key
     LEFT JOIN credit_entries e ON e.idempotency_key = 'spend:' || key
     GROUP BY key HAVING count(e.id) <> 1`,
    [acknowledged],
  );
  expect(rows, "spends that were acknowledged and are not in the ledger once").toEqual([]);
  expect(await disagreeingAccounts(pool), "accounts whose books do not agree").toEqual([]);
}
