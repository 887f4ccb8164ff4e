import type pg from "pg";

/** That a call was counted is no change; the counters are written when it suits them. */
const COUNTERS = "usage_days";

/** All rows of all tables, to show that a refused call has changed nothing. */
export async function snapshot(pool: pg.Pool): Promise<Record<string, string[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
  );
  const found: Record<string, string[]> = {};
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(
      `SELECT to_jsonb(t)::text AS row FROM "${name}" t ${name === COUNTERS ? "WHERE meter NOT LIKE 'calls.%'" : ""}`,
    );
    found[name] = rows.map(({ row }) => row).toSorted();
  }
  return found;
}
