import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError, Pool } from "pg";
import type { ClientConfig, PoolConfig, QueryConfig, QueryResult } from "pg";
import type { Log } from "../base/log.ts";
import { RIGHTS_NOTICE } from "./rights.ts";

const LAST_GOODBYE_MS = 1_000;

/**
 * A `pg.Pool` that survives what happens to its connections.
 *
 * The stock pool throws a connection away with every statement that the server refuses, a duplicate key too: a caller
 * who repeats himself would cost a reconnect and all prepared statements each time. Here only a connection that failed
 * itself goes.
 */
export function openPool(config: PoolConfig, log: Log): Pool {
  const pool = new Pool({ ...config, Client: Connection });
  const ask = async (question: QueryConfig, values?: unknown[]): Promise<QueryResult> => {
    const client = await pool.connect();
    try {
      const answer = await client.query(question, values);
      client.release();
      return answer;
    } catch (error) {
      client.release(!(error instanceof DatabaseError));
      throw error;
    }
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the overloads with callbacks are used by nobody here
  pool.query = ask as typeof pool.query;
  pool.end = endingAll(pool);
  // Without a listener an idle connection that the server closes would end the process.
  pool.on("error", (error) => log.warn({ err: error }, "an idle database connection was lost"));
  return pool;
}

/**
 * Hears what triggers say of rights in the transactions of a pool: when one is committed, and before whoever committed it
 * goes on. To be called before anybody uses the pool.
 */
export function hearCommits(pool: Pool, listener: (said: string) => void): void {
  pool.on("connect", (client) => {
    if (client instanceof Connection) client.onCommit = listener;
  });
}

/**
 * The stock pool says that it has ended while its goodbyes are still on their way. Whoever drops or copies the database
 * next would find somebody in it.
 */
function endingAll(pool: Pool): () => Promise<void> {
  const ends = new Set<Promise<void>>();
  pool.on("connect", (client) => {
    const ended = new Promise<void>((resolve) => client.once("end", resolve));
    ends.add(ended);
    void ended.finally(() => ends.delete(ended));
  });
  const end = pool.end.bind(pool);
  return async () => {
    await end();
    // Not for ever: a server that is gone closes nothing.
    await Promise.race([Promise.all(ends), sleep(LAST_GOODBYE_MS, undefined, { ref: false })]);
  };
}

type Ask = (...question: unknown[]) => unknown;

class Connection extends Client {
  onCommit: (said: string) => void = () => undefined;
  /** What triggers have said of rights since the last transaction was over. */
  #said: string[] = [];

  constructor(config?: string | ClientConfig) {
    super(config);
    // The pool takes its own listener away while a connection is in use; losing it then must not end the process.
    // The statement under way is refused, which is what its caller can handle.
    this.on("error", () => undefined);
    this.on("notice", ({ code, message }) => {
      if (code === RIGHTS_NOTICE) this.#said.push(message ?? "");
    });

    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every overload is passed on as it came
    const ask = this.query.bind(this) as Ask;
    const watched: Ask = (...question) => {
      const answer = ask(...question);
      // Attached before the answer is handed out, so that it runs before whoever waits for it.
      if (answer instanceof Promise)
        answer.then(
          () => this.#tellOfRights(),
          (error: unknown) => {
            this.#hangUpOnSilence(error);
            this.#tellOfRights({ failed: true });
          },
        );
      return answer;
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    this.query = watched as typeof this.query;
  }

  /**
   * Passes on what has been said once the transaction is over; earlier, and then again, where a statement failed: a COMMIT
   * whose answer was lost may have been obeyed.
   */
  #tellOfRights({ failed = false } = {}): void {
    if (this.#said.length === 0) return;
    const isOver = this.getTransactionStatus() === "I";
    if (!isOver && !failed) return;
    const said = this.#said;
    if (isOver) this.#said = [];
    for (const each of said) this.onCommit(each);
  }

  /**
   * The driver gives up waiting for an answer but keeps the connection, whose next user would wait behind that answer:
   * a network that drops packets would poison connection after connection.
   */
  #hangUpOnSilence(error: unknown): void {
    if (error instanceof Error && error.message === "Query read timeout") void this.end();
  }
}
