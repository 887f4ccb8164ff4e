import type { Pool, PoolClient } from "pg";

/**
 * The accounts whose books do not agree; there are none at any moment. The balance is the sum of the entries, each
 * entry says the balance after it, their numbers have no gap, and the open holds are what is held.
 */
export async function disagreeingAccounts(asker: Pick<Pool | PoolClient, "query">): Promise<string[]> {
  const { rows } = await asker.query<{ id: string }>(DISAGREEING);
  return rows.map(({ id }) => id);
}

const DISAGREEING = `
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
    OR a.held <> h.held`;
