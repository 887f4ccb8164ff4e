import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import type { Pool } from "pg";
import type { Log } from "../../base/log.ts";
import { openPool } from "../pool.ts";
import { prepareFolder } from "./data-folder.ts";
import { lockFolder } from "./directory-lock.ts";
import { PgliteStream } from "./pglite-stream.ts";
import { SessionTurn } from "./session-turn.ts";

export interface Embedded {
  pool: Pool;
  close: () => Promise<void>;
}

/** Starts PostgreSQL in this process: 3 s where the folder is new, 1 s later. */
export async function openEmbedded(folder: string, log: Log): Promise<Embedded> {
  const unlock = await lockFolder(folder);
  try {
    const dataDir = path.join(folder, "postgres");
    const finish = await prepareFolder(dataDir);
    // A server on a real PostgreSQL never loads it.
    const { PGlite } = await import("@electric-sql/pglite");
    const pglite = await PGlite.create({ dataDir });
    const { pool, close } = overPglite(pglite, log);
    await finish();
    return {
      pool,
      close: async () => {
        try {
          await close();
          await pglite.close();
        } finally {
          await unlock();
        }
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The stock driver over a PGlite that is handed in; who made that one closes it, after this. */
export function overPglite(pglite: PGlite, log: Log): Embedded {
  const turn = new SessionTurn();
  const pool = openPool(
    {
      user: "postgres",
      database: "postgres",
      // One session, so one connection; and it stays, for a new one would find none of its prepared statements.
      max: 1,
      idleTimeoutMillis: 0,
      // Longer than a transaction may take, so that who waits behind the longest still gets his turn.
      connectionTimeoutMillis: 15_000,
      stream: () => new PgliteStream(pglite, turn),
    },
    log,
  );
  return { pool, close: () => pool.end() };
}
