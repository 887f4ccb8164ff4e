import type { PoolClient } from "pg";
import { ask, quote } from "./tables.ts";
import type { Asker, Table } from "./tables.ts";

/** Rows that are held in memory at once. The largest value in any of them is a webhook of a megabyte. */
const BATCH = 200;

export interface Ends {
  source: PoolClient;
  target: PoolClient;
}

/**
 * Copies the rows of one table, as the text that PostgreSQL writes and reads for each value: only so nothing is lost on
 * the way through JavaScript, neither a number above 2^53, nor a byte, nor the difference between JSON's null and none.
 *
 * Both ends are inside a transaction, and the target's triggers are off.
 *
 * @returns how many rows there were
 */
export async function copyTable({ source, target }: Ends, table: Table): Promise<number> {
  const names = table.columns.map(({ name }) => quote(name));
  const asText = names.map((name, at) => `${name}::text AS v${at}`).join(", ");
  const values = table.columns.map(({ type }, at) => `v${at}::${type}`).join(", ");
  const places = names.map((_name, at) => `$${at + 1}::text[]`).join(", ");
  const aliases = names.map((_name, at) => `v${at}`).join(", ");
  const insert = `INSERT INTO ${quote(table.name)} (${names.join(", ")}) OVERRIDING SYSTEM VALUE
    SELECT ${values} FROM unnest(${places}) AS given (${aliases})`;

  await ask(source, `DECLARE rows NO SCROLL CURSOR FOR SELECT ${asText} FROM ${quote(table.name)}`);
  let copied = 0;
  for (;;) {
    const rows = await ask<Record<string, string | null>>(source, `FETCH ${BATCH} FROM rows`);
    if (rows.length === 0) break;
    await ask(
      target,
      insert,
      names.map((_name, at) => rows.map((row) => row[`v${at}`] ?? null)),
    );
    copied += rows.length;
  }
  await ask(source, "CLOSE rows");
  return copied;
}

/** Numbers go on where they stopped, also after rows that are gone. */
export async function copySequences({ source, target }: Ends): Promise<void> {
  const sequences = await ask<{ name: string }>(
    source,
    "SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema()",
  );
  for (const { name } of sequences) {
    const [state] = await ask<{ last: string; used: boolean }>(
      source,
      `SELECT last_value::text AS last, is_called AS used FROM ${quote(name)}`,
    );
    await ask(target, "SELECT setval($1::regclass, $2::bigint, $3)", [quote(name), state?.last, state?.used]);
  }
}

/** The number of rows, and a sum over a hash of each of them, whatever order they lie in. */
export async function fingerprint(asker: Asker, { name, columns }: Table): Promise<string> {
  const row = columns.map((column) => quote(column.name)).join(", ");
  const [found] = await ask<{ print: string }>(
    asker,
    `SELECT count(*) || ' rows, ' || COALESCE(sum(('x' || left(md5(ROW(${row})::text), 15))::bit(60)::bigint), 0) AS print
     FROM ${quote(name)}`,
  );
  return found?.print ?? "";
}
