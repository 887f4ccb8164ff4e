import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Notification, Pool } from "pg";
import type { Log } from "../base/log.ts";

/** The one channel that all servers on a database hear. */
const LISTEN = "LISTEN gatehouse_changes";
/** A connection whose other end is gone looks alive until somebody speaks. */
const HEARTBEAT_MS = 10_000;
const LONGEST_PAUSE_MS = 10_000;

/** Something was committed, here or by another server on the same database. It is a bell: what it was stands in a table. */
export type Change =
  | { kind: "changed"; topic: string }
  /** Some changes may have gone unheard: whatever was read before may be old. */
  | { kind: "reset" };

export interface Changes {
  /** Hears every change until the returned function is called. The first to subscribe opens the connection. */
  subscribe: (listener: (change: Change) => void) => () => void;
  close: () => Promise<void>;
}

type Tell = (change: Change) => void;
/** Starts to listen; answers how to stop. */
type Start = (tell: Tell) => () => Promise<void>;

export function openChanges(start: Start): Changes {
  const listeners = new Set<Tell>();
  let stop: (() => Promise<void>) | undefined;
  const tell: Tell = (change) => {
    for (const listener of listeners) listener(change);
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      stop ??= start(tell);
      return () => void listeners.delete(listener);
    },
    close: async () => stop?.(),
  };
}

/** Through the one connection of the embedded database, which hears what it commits itself. */
export function listenInside(pool: Pool, log: Log): Start {
  return (tell) => {
    const begin = async (): Promise<void> => {
      const client = await pool.connect();
      try {
        client.on("notification", ({ payload }) => ring(tell, payload));
        await client.query(LISTEN);
      } finally {
        client.release();
      }
      tell({ kind: "reset" });
    };
    begin().catch((error: unknown) => log.warn({ err: error }, "changes cannot be heard"));
    return () => Promise.resolve();
  };
}

/** Over a connection of its own, which is made anew when it is lost. */
export function listenOutside(connect: () => Client, log: Log): Start {
  return (tell) => {
    const stopped = new AbortController();
    const running = listenForEver(connect, { tell, log, signal: stopped.signal });
    return async () => {
      stopped.abort();
      await running;
    };
  };
}

interface Listening {
  tell: Tell;
  log: Log;
  signal: AbortSignal;
}

async function listenForEver(connect: () => Client, listening: Listening): Promise<void> {
  const { log, signal } = listening;
  for (let failures = 0; !signal.aborted; failures += 1) {
    const client = connect();
    const lost = new AbortController();
    client.on("error", () => lost.abort());
    client.on("end", () => lost.abort());
    try {
      await listenOnce(client, listening, AbortSignal.any([lost.signal, signal]), () => (failures = 0));
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, "the connection that hears changes was lost");
    } finally {
      // A server that is gone does not say goodbye either.
      await client.end().catch(() => undefined);
    }
    await pause(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failures), signal);
  }
}

/** Listens until the connection is lost. */
async function listenOnce(
  client: Client,
  { tell }: Listening,
  over: AbortSignal,
  onConnected: () => void,
): Promise<void> {
  client.on("notification", ({ payload }: Notification) => ring(tell, payload));
  await client.connect();
  await client.query(LISTEN);
  onConnected();
  tell({ kind: "reset" });
  while (!over.aborted) {
    await pause(HEARTBEAT_MS, over);
    if (!over.aborted) await client.query("SELECT 1");
  }
}

function ring(tell: Tell, topic: string | undefined): void {
  if (topic !== undefined) tell({ kind: "changed", topic });
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
