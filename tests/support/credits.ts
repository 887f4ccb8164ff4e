import type pg from "pg";
import { expect } from "vitest";
import { testServer } from "./server.ts";

/** Gives credits to a workspace, as whoever runs the installation. */
export async function grant(workspaceId: string, credits: number): Promise<void> {
  const { admin } = await testServer();
  await admin.admin.credits.adjust.mutate({ workspaceId, credits, reason: "For the test" });
}

/**
 * What holds of every account at any moment: the balance is the sum of the entries, each entry says the balance after
 * it, their numbers have no gap, and open holds are what is held.
 */
export async function expectBooksToAgree(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(`
    SELECT a.id FROM credit_accounts a
    LEFT JOIN LATERAL (
      SELECT count(*) AS entries, COALESCE(sum(amount), 0) AS total, COALESCE(max(number), 0) AS last,
             bool_and(balance_after = running) AS agree
      FROM (SELECT amount, number, balance_after, sum(amount) OVER (ORDER BY number) AS running
            FROM credit_entries WHERE account_id = a.id) e
    ) e ON true
    LEFT JOIN LATERAL (
      SELECT COALESCE(sum(credits), 0) AS held FROM credit_holds WHERE account_id = a.id AND state = 'open'
    ) h ON true
    WHERE a.balance <> e.total OR a.entry_count <> e.entries OR e.last <> e.entries OR NOT COALESCE(e.agree, true)
      OR a.held <> h.held`);
  expect(rows, "accounts whose books do not agree").toEqual([]);
}
