import type { Client, Notification, Pool } from "pg";
import type { Log } from "../base/log.ts";
import { hearOneself, pause, PULSE } from "./pulse.ts";
import { readRights } from "./rights.ts";
import type { RightsChange } from "./rights.ts";

/** The channels that all servers on a database hear: of what happened in workspaces, and of who may do what. */
const HAPPENINGS = "gatehouse_changes";
const RIGHTS = "gatehouse_rights";
/** A connection whose other end is gone looks alive until somebody speaks. */
const HEARTBEAT_MS = 10_000;
const LONGEST_PAUSE_MS = 10_000;

/** Something was committed, here or by another server on the same database. */
export type Change =
  /** A bell: what it was stands in a table. */
  | { kind: "changed"; topic: string }
  | RightsChange
  /** Some changes may have gone unheard: whatever was read before may be old. */
  | { kind: "reset" };

export interface Changes {
  /** Hears every change until the returned function is called. The first to subscribe opens the connection. */
  subscribe: (listener: (change: Change) => void) => () => void;
  /** Whether changes by other servers are heard now. `reset` is told when that ends and when it begins again. */
  areHeard: () => boolean;
  /** To be called with what the triggers said in a transaction of this very process, once it is committed. */
  tellOwn: (said: string) => void;
  close: () => Promise<void>;
}

interface Voice {
  tell: (change: Change) => void;
  /** From now on nothing goes unheard. */
  begun: () => void;
  lost: () => void;
}

/** Starts to listen; answers how to stop. */
type Start = (voice: Voice) => () => Promise<void>;

export function openChanges(start: Start): Changes {
  const listeners = new Set<(change: Change) => void>();
  let stop: (() => Promise<void>) | undefined;
  let heard = false;
  const tell: Voice["tell"] = (change) => {
    for (const listener of listeners) listener(change);
  };
  const turn = (on: boolean): void => {
    heard = on;
    tell({ kind: "reset" });
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      stop ??= start({ tell, begun: () => turn(true), lost: () => turn(false) });
      return () => void listeners.delete(listener);
    },
    areHeard: () => heard,
    tellOwn: (said) => tell(readRights(said)),
    close: async () => stop?.(),
  };
}

/** Through the one connection of the embedded database: nobody else writes there, and it hears what it commits itself. */
export function listenInside(pool: Pool, log: Log): Start {
  return ({ tell, begun }) => {
    const begin = async (): Promise<void> => {
      const client = await pool.connect();
      try {
        client.on("notification", (notification) => ring(tell, notification));
        await client.query(`LISTEN ${HAPPENINGS}`);
      } finally {
        client.release();
      }
    };
    begun();
    begin().then(begun, (error: unknown) => log.warn({ err: error }, "changes cannot be heard"));
    return () => Promise.resolve();
  };
}

/** How changes reach us. */
export interface Ways {
  /** A connection beside the pool, which hears. */
  connect: () => Client;
  /** What everything else is said by. */
  pool: Pick<Pool, "query">;
}

export interface ListenOptions {
  /** How often the other end is asked whether it is there, and whether we hear it. */
  heartbeatMs?: number;
}

/** Over a connection of its own, which is made anew when it is lost. */
export function listenOutside(
  ways: Ways,
  log: Log,
  { heartbeatMs = HEARTBEAT_MS }: ListenOptions = {},
): Start {
  return (voice) => {
    const stopped = new AbortController();
    const running = listenForEver({ ...ways, voice, log, heartbeatMs, signal: stopped.signal });
    return async () => {
      stopped.abort();
      await running;
    };
  };
}

interface Listening extends Ways {
  voice: Voice;
  log: Log;
  heartbeatMs: number;
  signal: AbortSignal;
}

async function listenForEver(listening: Listening): Promise<void> {
  const { voice, log, signal } = listening;
  let told = "";
  for (let failures = 0; !signal.aborted; failures += 1) {
    const client = listening.connect();
    const lost = new AbortController();
    // At once, and not when somebody wakes up: until it is known, old answers are taken for new.
    const lose = (): void => {
      if (!lost.signal.aborted) voice.lost();
      lost.abort();
    };
    client.on("error", lose);
    client.on("end", lose);
    try {
      await listenOnce(client, listening, AbortSignal.any([lost.signal, signal]), () => {
        failures = 0;
        told = "";
      });
    } catch (error) {
      // What lasts is said once: it is tried again every few seconds.
      if (!signal.aborted && told !== String(error))
        log.warn({ err: error }, "changes by other servers are not heard");
      told = String(error);
    } finally {
      lose();
      // A server that is gone does not say goodbye either.
      await client.end().catch(() => undefined);
    }
    await pause(pauseMs(failures), signal);
  }
}

/** Longer each time, and never the same: all servers lose a database that restarts at the same moment. */
function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failures) * (0.5 + Math.random() / 2);
}

/** Listens until the connection is lost, or is none that one can hear by. */
async function listenOnce(
  client: Client,
  listening: Listening,
  over: AbortSignal,
  onHeard: () => void,
): Promise<void> {
  const { voice, pool, heartbeatMs } = listening;
  client.on("notification", (notification) => ring(voice.tell, notification));
  await client.connect();
  await client.query(`LISTEN ${HAPPENINGS}; LISTEN ${RIGHTS}; LISTEN ${PULSE}`);
  await hearOneself(client, pool, over);
  onHeard();
  if (!over.aborted) voice.begun();
  while (!over.aborted) {
    await pause(heartbeatMs, over);
    if (!over.aborted) await hearOneself(client, pool, over);
  }
}

function ring(tell: Voice["tell"], { channel, payload = "" }: Notification): void {
  if (channel === PULSE) return;
  tell(channel === RIGHTS ? readRights(payload) : { kind: "changed", topic: payload });
}
