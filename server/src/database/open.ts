import { PrismaPg } from "@prisma/adapter-pg";
import type { PGlite } from "@electric-sql/pglite";
import type { Pool } from "pg";
import type { Log } from "../base/log.ts";
import type { Secret } from "../base/secret.ts";
import { openByHand } from "./by-hand.ts";
import type { ByHand } from "./by-hand.ts";
import { listenInside, listenOutside, openChanges } from "./changes.ts";
import type { Changes } from "./changes.ts";
import { openEmbedded, overPglite } from "./embedded/open-embedded.ts";
import type { Embedded } from "./embedded/open-embedded.ts";
import { PrismaClient } from "./generated/client.ts";
import type { Prisma } from "./generated/client.ts";
import { hearCommits } from "./pool.ts";
import { openConnection, openPostgres } from "./postgres.ts";
import { statementNames } from "./statement-names.ts";

export type DatabaseTarget =
  /** PostgreSQL inside this process. */
  { kind: "embedded"; folder: string } | { kind: "postgres"; url: Secret };

/** One transaction runs at a time in the embedded database, so each waits longer for its turn. */
const EMBEDDED_WAIT_MS = 15_000;

/** What operations use. Inside a transaction they get `Transaction`, which has the same tables. */
export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;

export interface OpenDatabase {
  db: Database;
  /** The pool under `db`: for migrations, and for what every call asks. */
  pool: Pool;
  /** The few other statements that are worth writing by hand. */
  byHand: ByHand;
  kind: DatabaseTarget["kind"];
  /** Rings when somebody has committed something that others wait for. */
  changes: Changes;
  /** Fails where the database does not answer. */
  ping(): Promise<void>;
  /** Waits for the statements under way. The embedded folder is free for another process afterwards. */
  close(): Promise<void>;
}

export interface OpenOptions {
  log: Log;
  /** Most connections to a real server at once; the embedded database has one. */
  poolSize?: number;
}

/**
 * Opens either kind of database behind the same driver and adapter, so that both show the same errors and isolation.
 * A real server is not called yet (`ping` does); the embedded one is started.
 *
 * @throws Error in a sentence for the operator, where another process uses the folder or another PostgreSQL made it
 */
export async function openDatabase(
  target: DatabaseTarget,
  { log, poolSize = 10 }: OpenOptions,
): Promise<OpenDatabase> {
  if (target.kind === "embedded") {
    return inside(await openEmbedded(target.folder, log), log);
  }
  const pool = openPostgres(target.url, log, poolSize);
  const changes = openChanges(listenOutside({ connect: () => openConnection(target.url), pool }, log));
  return overPool(target.kind, { pool, changes, close: () => pool.end(), maxWaitMs: 3_000 });
}

/** The same over a PGlite that is handed in, a copy of another one for instance. Who made it closes it, after this. */
export function openOverPglite(pglite: PGlite, log: Log): OpenDatabase {
  return inside(overPglite(pglite, log), log);
}

function inside(embedded: Embedded, log: Log): OpenDatabase {
  const changes = openChanges(listenInside(embedded.pool, log));
  return overPool("embedded", { ...embedded, changes, maxWaitMs: EMBEDDED_WAIT_MS });
}

interface Opened {
  pool: Pool;
  close: () => Promise<void>;
  changes: Changes;
  /** How long a transaction waits for a connection. */
  maxWaitMs: number;
}

function overPool(kind: DatabaseTarget["kind"], { pool, close, changes, maxWaitMs }: Opened): OpenDatabase {
  hearCommits(pool, changes.tellOwn);
  const nameOf = statementNames();
  const db = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: nameOf }),
    transactionOptions: { maxWait: maxWaitMs, timeout: 10_000 },
    // The other formats quote lines of our source in every message.
    errorFormat: "minimal",
  });
  return {
    db,
    pool,
    byHand: openByHand(pool, nameOf),
    kind,
    changes,
    ping: async () => {
      await pool.query("SELECT 1");
    },
    close: async () => {
      await changes.close();
      await db.$disconnect();
      await close();
    },
  };
}
