import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Notification, Pool } from "pg";

/** The channel on which a server says something to itself. */
export const PULSE = "gatehouse_pulse";
/** How long a word may be on its way after the statement that said it was answered. */
const ECHO_MS = 1_000;

/** For operators: in the log, and of the doctor. */
export const DEAF =
  "What others change in the database is not heard here, so nothing is remembered and everything is read again for each " +
  "call. Is a pooler in transaction mode in between? DATABASE_URL must lead to PostgreSQL itself, or to a pooler in " +
  "session mode";

/**
 * Says something by the way that everybody uses, and hears it where changes are heard.
 *
 * A pooler in transaction mode takes a LISTEN, says that it is done, and never rings: the connection looks well and is deaf.
 *
 * @throws Error where it was said and not heard, or where the connection is lost
 */
export async function hearOneself(
  client: Client,
  pool: Pick<Pool, "query">,
  over: AbortSignal,
): Promise<void> {
  const word = randomUUID();
  const heard = new AbortController();
  const listen = ({ channel, payload }: Notification): void => {
    if (channel === PULSE && payload === word) heard.abort();
  };
  client.on("notification", listen);
  try {
    const isSaid = await pool.query("SELECT pg_notify($1, $2)", [PULSE, word]).then(
      () => true,
      () => false,
    );
    // PostgreSQL hands out what has come before it says that it is done: a late process is not taken for a deaf one.
    await client.query("SELECT 1");
    // A pool without a free connection tells nothing of our hearing. To remember nothing then would only add to its load.
    if (!isSaid || heard.signal.aborted) return;
    await pause(ECHO_MS, AbortSignal.any([heard.signal, over]));
    await client.query("SELECT 1");
    if (!heard.signal.aborted) throw new Error(DEAF);
  } finally {
    client.off("notification", listen);
  }
}

export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
