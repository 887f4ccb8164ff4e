import type pg from "pg";
import { PGlite } from "@electric-sql/pglite";
import type { Log } from "../../base/log.ts";
import { openPool } from "../pool.ts";
import { PgliteStream } from "./pglite-stream.ts";
import { SessionTurn } from "./session.ts";

export interface Embedded {
  pool: pg.Pool;
  close(): Promise<void>;
}

/** A pool of the stock driver whose one connection ends in this PGlite. */
export function poolOver(pglite: PGlite, log: Log): pg.Pool {
  const turn = new SessionTurn();
  return openPool(
    {
      user: "postgres",
      database: "postgres",
      max: 1,
      // The one connection stays: a new one would find none of the prepared statements.
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: 10_000,
      stream: () => new PgliteStream(pglite, turn),
    },
    log,
  );
}

export async function openEmbedded(folder: string | null, log: Log): Promise<Embedded> {
  const pglite = await PGlite.create(folder === null ? {} : { dataDir: folder });
  const pool = poolOver(pglite, log);
  return {
    pool,
    close: async () => {
      await pool.end();
      await pglite.close();
    },
  };
}
