import type { QueryConfig, QueryResult, QueryResultRow } from "pg";

/** A connection or a pool, as far as a move needs it. */
export interface Asker {
  query<Row extends QueryResultRow>(question: QueryConfig): Promise<QueryResult<Row>>;
}

export interface Column {
  name: string;
  /** As PostgreSQL writes it in a cast: `text[]`, `timestamp(3) with time zone`, `user_role`. */
  type: string;
}

export interface Table {
  name: string;
  columns: Column[];
}

/** Reading or copying one large table may take long, and nobody else waits for it. `pg` takes no "for ever": a day. */
const QUERY_TIMEOUT_MS = 86_400_000;

export async function ask<Row extends QueryResultRow>(
  asker: Asker,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const question = { text, values, query_timeout: QUERY_TIMEOUT_MS };
  return (await asker.query<Row>(question)).rows;
}

/** A name as it stands in a statement. All of them come from the catalogue of the database, none from a caller. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Every table of the schema, ours and a product's, a table behind those that its rows refer to; without the history of migrations. Columns that
 * are generated from others are left out: they come by themselves.
 */
export async function readTables(asker: Asker): Promise<Table[]> {
  const rows = await ask<Column & { table: string }>(
    asker,
    `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND c.relname <> '_prisma_migrations' ORDER BY c.relname, a.attname`,
  );
  const references = await ask<{ from: string; to: string }>(
    asker,
    `SELECT f.relname AS from, t.relname AS to
     FROM pg_constraint JOIN pg_class f ON f.oid = conrelid JOIN pg_class t ON t.oid = confrelid
     WHERE contype = 'f' AND f.relnamespace = current_schema()::regnamespace`,
  );
  const tables = new Map<string, Table>();
  for (const { table: name, ...column } of rows) {
    const table = tables.get(name) ?? { name, columns: [] };
    table.columns.push(column);
    tables.set(name, table);
  }
  return inOrder([...tables.values()], references);
}

/** @throws Error where tables refer to each other in a circle, which no order can serve */
function inOrder(tables: Table[], references: { from: string; to: string }[]): Table[] {
  const waiting = new Set(tables.map(({ name }) => name));
  const ordered: Table[] = [];
  while (waiting.size > 0) {
    const next = tables.filter(
      ({ name }) =>
        waiting.has(name) &&
        !references.some(({ from, to }) => from === name && to !== name && waiting.has(to)),
    );
    if (next.length === 0) throw new Error(`These tables refer to each other: ${[...waiting].join(", ")}.`);
    for (const table of next) waiting.delete(table.name);
    ordered.push(...next);
  }
  return ordered;
}

/** The names of the migrations that were applied, in their order. */
export async function readApplied(asker: Asker): Promise<string[]> {
  const rows = await ask<{ name: string }>(
    asker,
    `SELECT migration_name AS name FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
