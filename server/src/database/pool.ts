import pg from "pg";
import type { Log } from "../base/log.ts";

/**
 * A `pg.Pool` that survives what happens to its connections.
 *
 * The stock pool throws a connection away with every statement that the server refuses, a duplicate key too:
 * a caller who repeats himself would cost a reconnect and all prepared statements each time. Here only a connection that
 * failed itself is thrown away.
 */
export function openPool(config: pg.PoolConfig, log: Log): pg.Pool {
  const pool = new pg.Pool({ ...config, Client: Connection });
  const ask = async (question: pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> => {
    const client = await pool.connect();
    try {
      const answer = await client.query(question, values);
      client.release();
      return answer;
    } catch (error) {
      client.release(error instanceof pg.DatabaseError ? undefined : true);
      throw error;
    }
  };
  pool.query = ask as typeof pool.query;
  // Without a listener an idle connection that the server closes would end the process.
  pool.on("error", (error) => log.warn({ err: error }, "an idle database connection was lost"));
  return pool;
}

/** A connection that is given up when the server has stopped answering. */
class Connection extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // The pool takes its own listener away while a connection is in use; losing it then must not end the process:
    // the statement under way is refused, which is what its caller can handle.
    this.on("error", () => undefined);
  }
}
