import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, PoolClient, QueryResult } from "pg";
import type { Log } from "../base/log.ts";
import { ownMigrationFolders, readMigrations } from "./migration-folders.ts";
import type { Migration } from "./migration-folders.ts";

/** The key that Prisma's own engine takes, so that neither applies while the other does. */
const LOCK = 72707369;
const LOCK_POLL_MS = 100;
/** `pg` takes no "for ever": a day. Building an index on a large table takes hours. */
const QUERY_TIMEOUT_MS = 86_400_000;

/** Prisma's own table, so that `prisma migrate status`, `deploy` and `resolve` know what was applied here. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz,
  migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

export interface MigrateOptions {
  log: Log;
  /** Where migrations are looked for; our own unless told otherwise. */
  folders?: string[];
  /** How long another process may be at it before we give up. */
  lockTimeoutMs?: number;
}

/**
 * Applies the migrations that the database has not seen, in the order of their names.
 * Any number of processes may call this at once: one applies, the others find nothing left to do.
 *
 * @returns the names of what was applied by this call
 * @throws Error naming the migration that failed earlier, was edited after it was applied, or fails now
 */
export async function migrate(pool: Pool, options: MigrateOptions): Promise<string[]> {
  const { log, folders = ownMigrationFolders(), lockTimeoutMs = 60_000 } = options;
  const migrations = await readMigrations(folders);
  return onOneSession(pool, async (session) => {
    await takeLock(session, lockTimeoutMs);
    await ask(session, TABLE);
    const waiting = notYetApplied(migrations, await readHistory(session));
    for (const migration of waiting) {
      await apply(session, migration);
      log.info({ migration: migration.name }, "applied a migration");
    }
    return waiting.map(({ name }) => name);
  });
}

/**
 * The names of the migrations that `migrate` would apply; changes nothing.
 *
 * @throws Error as `migrate` does, where an applied migration failed or was edited
 */
export async function pendingMigrations(
  pool: Pool,
  folders: string[] = ownMigrationFolders(),
): Promise<string[]> {
  const migrations = await readMigrations(folders);
  const known = await pool.query<{ known: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS known",
  );
  const history = known.rows[0]?.known ? await readHistory(pool) : [];
  return notYetApplied(migrations, history).map(({ name }) => name);
}

interface Applied {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

async function readHistory(session: Pool | PoolClient): Promise<Applied[]> {
  const { rows } = await session.query<Applied>(
    "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL",
  );
  return rows;
}

function notYetApplied(migrations: Migration[], history: Applied[]): Migration[] {
  const failed = history.filter((row) => row.finished_at === null).map((row) => row.migration_name);
  if (failed.length > 0) {
    throw new Error(
      `The migration ${failed.join(", ")} was begun and never finished. Put the database right by hand, then run ` +
        `"npx prisma migrate resolve --applied" or "--rolled-back" with its name.`,
    );
  }
  const applied = new Map(history.map((row) => [row.migration_name, row.checksum]));
  const edited = migrations.filter(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum);
  if (edited.length > 0) {
    const names = edited.map(({ name }) => name).join(", ");
    throw new Error(
      `The migration ${names} was edited after it was applied. Restore it and write a new one instead.`,
    );
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(session: PoolClient, migration: Migration): Promise<void> {
  if (/^--\s*no-transaction\b/m.test(migration.sql)) return applyBare(session, migration);
  try {
    await ask(session, "BEGIN");
    await runScript(session, migration.sql);
    // One commit for the change and its row: a crash leaves both or neither.
    await ask(session, INSERT, [randomUUID(), migration.checksum, migration.name]);
    await ask(session, FINISH, [migration.name]);
    await ask(session, "COMMIT");
  } catch (error) {
    await ask(session, "ROLLBACK").catch(() => undefined);
    throw new Error(`The migration ${migration.name} failed and was rolled back: ${reason(error)}`, {
      cause: error,
    });
  }
}

/** For what PostgreSQL refuses inside a transaction. A crash leaves a row without an end, which the next start names. */
async function applyBare(session: PoolClient, migration: Migration): Promise<void> {
  await ask(session, INSERT, [randomUUID(), migration.checksum, migration.name]);
  try {
    await runScript(session, migration.sql);
  } catch (error) {
    throw new Error(`The migration ${migration.name} failed half way: ${reason(error)}`, { cause: error });
  }
  await ask(session, FINISH, [migration.name]);
}

/** What pg_dump prints empties the search path, and the row about the migration would not find its table. */
async function runScript(session: PoolClient, sql: string): Promise<void> {
  await ask(session, sql);
  await ask(session, "RESET search_path");
}

const INSERT = `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at)
  VALUES ($1, $2, $3, clock_timestamp())`;
const FINISH = `UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1
  WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL`;

/**
 * Polls instead of waiting inside pg_advisory_lock(): a statement that waits holds a snapshot, and a
 * CREATE INDEX CONCURRENTLY of the process that has the lock would wait for it in turn, for ever.
 */
async function takeLock(session: PoolClient, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { rows } = await session.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS taken`);
    if (rows[0]?.taken) return;
    if (performance.now() > deadline) {
      throw new Error(
        `Another process has been migrating this database for more than ${timeoutMs / 1000} seconds.`,
      );
    }
    await sleep(LOCK_POLL_MS);
  }
}

/** Lock, statements and transaction belong to one session, which is given up afterwards with all its settings. */
async function onOneSession<Result>(
  pool: Pool,
  work: (session: PoolClient) => Promise<Result>,
): Promise<Result> {
  const session = await pool.connect();
  try {
    // A migration may run for long, but must not wait for long: whoever reads the table next waits behind it.
    await session.query("SET statement_timeout = 0");
    return await work(session);
  } finally {
    // Ends the session, and with it the lock, the time limits and whatever a migration has SET.
    session.release(true);
  }
}

/** Without values this is one simple message, as a script of many statements needs it. */
async function ask(session: PoolClient, text: string, values?: unknown[]): Promise<QueryResult> {
  const question = { text, query_timeout: QUERY_TIMEOUT_MS };
  return session.query(values === undefined ? question : { ...question, values });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
