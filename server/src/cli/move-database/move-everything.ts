import type { Pool } from "pg";
import type { Log } from "../../base/log.ts";
import { migrate, pendingMigrations } from "../../database/migrate.ts";
import { disagreeingAccounts } from "../../features/credits/books.ts";
import { copySequences, copyTable, fingerprint } from "./copy.ts";
import type { Ends } from "./copy.ts";
import { ask, quote, readApplied, readTables } from "./tables.ts";
import type { Asker, Table } from "./tables.ts";

export interface MoveTools {
  log: Log;
  /** Every folder with migrations: ours, then the product's. */
  migrations: string[];
  /** Told of each table that has been copied. */
  say: (line: string) => void;
}

export interface Moved {
  tables: number;
  rows: number;
}

/** PostgreSQL's word for a lock that did not come in time. */
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Moves all rows of one database into another, which must be empty and is migrated first. It happens in one transaction
 * of the target: all of it is there afterwards, compared row by row, or nothing is. The source is only read.
 *
 * @throws Error in a sentence for the operator, where either end is not what it should be or a row differs
 */
export async function moveEverything(source: Pool, target: Pool, tools: MoveTools): Promise<Moved> {
  const { log, migrations, say } = tools;
  await requireCurrent(source, migrations);
  const tables = await readTables(source);
  await requireRoom(target, tables);
  await migrate(target, { log, folders: migrations });
  await requireSameRelease(source, target);

  const ends: Ends = { source: await source.connect(), target: await target.connect() };
  try {
    await ask(ends.source, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await ask(ends.target, "BEGIN");
    const rows = await copyAll(ends, tables, say);
    await ask(ends.target, "COMMIT");
    return { tables: tables.length, rows };
  } catch (error) {
    await ask(ends.target, "ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    // Ends both sessions, with their transactions and settings.
    ends.source.release(true);
    ends.target.release(true);
  }
}

async function copyAll(ends: Ends, tables: Table[], say: MoveTools["say"]): Promise<number> {
  const { target } = ends;
  await ask(target, "SET LOCAL statement_timeout = 0");
  // While the source reads and compares, the target waits.
  await ask(target, "SET LOCAL idle_in_transaction_session_timeout = 0");
  await lockEmpty(target, tables);
  // What they would write, such as the events of a workspace, is moved like every other row.
  await eachTable(target, tables, "DISABLE TRIGGER USER");
  let rows = 0;
  for (const table of tables) {
    const copied = await copyTable(ends, table);
    rows += copied;
    say(`${table.name}: ${copied} rows`);
  }
  await copySequences(ends);
  await eachTable(target, tables, "ENABLE TRIGGER USER");
  await compare(ends, tables);
  return rows;
}

async function eachTable(target: Asker, tables: Table[], what: string): Promise<void> {
  for (const { name } of tables) await ask(target, `ALTER TABLE ${quote(name)} ${what}`);
}

/** From here to the commit nobody else can read or write these tables, so no server can slip a row in. */
async function lockEmpty(target: Asker, tables: Table[]): Promise<void> {
  try {
    await ask(
      target,
      `LOCK TABLE ${tables.map(({ name }) => quote(name)).join(", ")} IN ACCESS EXCLUSIVE MODE`,
    );
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === LOCK_NOT_AVAILABLE)) throw error;
    throw new Error("Somebody is using the target database. Stop every server on it.", { cause: error });
  }
  for (const { name } of tables) {
    const [found] = await ask<{ taken: boolean }>(
      target,
      `SELECT EXISTS (SELECT 1 FROM ${quote(name)}) AS taken`,
    );
    if (found?.taken !== false)
      throw new Error(
        `The target database is not empty: ${name} has rows. Name an empty one in DATABASE_URL, or delete them if a migration put them there.`,
      );
  }
}

/** Every row by its hash, and the ledger by its own rules. */
async function compare({ source, target }: Ends, tables: Table[]): Promise<void> {
  for (const table of tables) {
    const [here, there] = [await fingerprint(source, table), await fingerprint(target, table)];
    if (here !== there) throw new Error(`${table.name} differs after the copy. Nothing was moved.`);
  }
  const wrong = await disagreeingAccounts(target);
  if (wrong.length > 0)
    throw new Error(
      `The ledger does not add up for the credit accounts ${wrong.join(", ")}. Nothing was moved.`,
    );
}

async function requireCurrent(source: Pool, migrations: string[]): Promise<void> {
  const waiting = await pendingMigrations(source, migrations);
  if (waiting.length === 0) return;
  throw new Error(
    `The embedded database was made by an earlier release. Bring it up to date first: DATABASE_URL= npx gatehouse migrate`,
  );
}

async function requireSameRelease(source: Pool, target: Pool): Promise<void> {
  const known = new Set(await readApplied(target));
  const unknown = (await readApplied(source)).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Error(`The embedded database was made by a later release, which knows ${unknown.join(", ")}.`);
}

/** Nothing of anybody else's, and an encoding that can hold every character. */
async function requireRoom(target: Pool, tables: Table[]): Promise<void> {
  const [encoding] = await ask<{ server_encoding: string }>(target, "SHOW server_encoding");
  if (encoding?.server_encoding !== "UTF8")
    throw new Error(
      "The target database is not in UTF-8. Make it with: createdb --encoding UTF8 --template template0",
    );
  const ours = new Set(tables.map(({ name }) => name));
  const foreign = (await readTables(target)).filter(({ name }) => !ours.has(name));
  if (foreign.length > 0)
    throw new Error(
      `The target database holds tables of somebody else: ${foreign.map(({ name }) => name).join(", ")}. ` +
        "Name an empty one in DATABASE_URL.",
    );
}
