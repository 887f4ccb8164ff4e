import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import type { Log } from "../base/log.ts";
import type { Secret } from "../base/secret.ts";
import { openEmbedded } from "./embedded/open-embedded.ts";
import { PrismaClient } from "./generated/client.ts";
import type { Prisma } from "./generated/client.ts";
import { openPostgres } from "./postgres.ts";
import { statementNames } from "./statement-names.ts";

export type DatabaseTarget =
  /** PostgreSQL inside this process; a folder of null keeps it in memory, for tests. */
  { kind: "embedded"; folder: string | null } | { kind: "postgres"; url: Secret };

/** What operations use. Inside a transaction they get `Transaction`, which has the same tables. */
export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;

export interface OpenDatabase {
  db: Database;
  /** The pool under `db`: for migrations, and for the few statements that are worth writing by hand. */
  pool: pg.Pool;
  kind: DatabaseTarget["kind"];
  /** Fails where the database does not answer. */
  ping(): Promise<void>;
  /** Waits for the statements under way. The embedded folder is free for another process afterwards. */
  close(): Promise<void>;
}

/**
 * Opens either kind of database behind the same driver and adapter, so that both show the same errors and isolation.
 * A real server is not called yet (`ping` does); the embedded one is started.
 *
 * @param options.poolSize most connections to a real server at once; the embedded database has one
 */
export async function openDatabase(
  target: DatabaseTarget,
  options: { log: Log; poolSize?: number },
): Promise<OpenDatabase> {
  const { log, poolSize = 10 } = options;
  const { pool, close } =
    target.kind === "embedded"
      ? await openEmbedded(target.folder, log)
      : closing(openPostgres(target.url, log, poolSize));
  const adapter = new PrismaPg(pool, { statementNameGenerator: statementNames() });
  // The embedded database runs one transaction at a time, so its callers wait longer for their turn.
  const maxWait = target.kind === "embedded" ? 10_000 : 2_000;
  const db = new PrismaClient({ adapter, transactionOptions: { maxWait, timeout: 10_000 } });
  return {
    db,
    pool,
    kind: target.kind,
    ping: async () => {
      await pool.query("SELECT 1");
    },
    close: async () => {
      await db.$disconnect();
      await close();
    },
  };
}

function closing(pool: pg.Pool): { pool: pg.Pool; close: () => Promise<void> } {
  return { pool, close: () => pool.end() };
}
