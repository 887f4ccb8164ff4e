import { Client } from "pg";
import type { Pool } from "pg";
import type { Log } from "../base/log.ts";
import type { Secret } from "../base/secret.ts";
import { openPool } from "./pool.ts";

/** adapter-pg reads instants as UTC whatever the server says: another time zone would store wrong ones. */
const SESSION = "-c TimeZone=UTC";

/** One shared pool of connections; the first is made when it is needed. */
export function openPostgres(url: Secret, log: Log, poolSize: number): Pool {
  return openPool(
    {
      ...withSession(url.reveal()),
      application_name: "gatehouse",
      max: poolSize,
      // How long a caller waits for a free connection, and a connection for its server.
      connectionTimeoutMillis: 3_000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      statement_timeout: 15_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 30_000,
      // Later than the server's own limit: it speaks only where the server cannot be heard any more.
      query_timeout: 20_000,
    },
    log,
  );
}

/** A connection beside the pool, for what waits long: it gives a silent server up after five seconds. */
export function openConnection(url: Secret): Client {
  return new Client({
    ...withSession(url.reveal()),
    application_name: "gatehouse changes",
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    keepAlive: true,
  });
}

/** What the URL says wins over the other settings in `pg`, so our session settings are added to its own. */
function withSession(url: string): { connectionString: string; options: string } {
  const [address = "", query = ""] = url.split("?", 2);
  const words = new URLSearchParams(query);
  const options = [words.get("options"), SESSION].filter(Boolean).join(" ");
  words.delete("options");
  return { connectionString: words.size === 0 ? address : `${address}?${words.toString()}`, options };
}
