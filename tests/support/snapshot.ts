import type pg from "pg";

/** That a call was counted is no change; the counters are written when it suits them. */
const COUNTERS = "usage_days";

/** All rows of all tables, to show that a refused call has changed nothing. */
export async function snapshot(pool: pg.Pool): Promise<Record<string, string[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
  );
  // One statement for all: this is asked before and after most calls of the suite.
  const { rows } = await pool.query<{ name: string; row: string }>(
    tables
      .map(({ name }) => {
        const some = name === COUNTERS ? "WHERE meter NOT LIKE 'calls.%'" : "";
        return `SELECT '${name}' AS name, to_jsonb(t)::text AS row FROM "${name}" t ${some}`;
      })
      .join(" UNION ALL "),
  );
  const found = Object.fromEntries(tables.map(({ name }) => [name, [] as string[]]));
  for (const { name, row } of rows) found[name]?.push(row);
  for (const each of Object.values(found)) each.sort();
  return found;
}
