import { CALLS } from "@gatehouse/shared";
import type pg from "pg";
import type { Log } from "../base/log.ts";

/** A call of a procedure in a workspace. */
export interface CountedCall {
  workspaceId: string;
  /** The API key that called; null for people and machines. */
  keyId: string | null;
  /** The procedure's path. */
  path: string;
}

/** Counts calls in memory and writes the sums once a second: a request waits for none of it. */
export interface CallCounter {
  count: (call: CountedCall) => void;
  /** Writes what has been counted. A failure keeps it for the next time. */
  flush: () => Promise<void>;
  /** Writes the last of it; nothing is counted afterwards. */
  close: () => Promise<void>;
}

const FLUSH_EVERY_MS = 1_000;
/** While the database is away sums pile up; beyond this many different ones new ones are dropped. */
const MOST_SUMS = 50_000;

export interface CounterTools {
  pool: pg.Pool;
  now: () => Date;
  log: Log;
}

export function openCallCounter({ pool, now, log }: CounterTools): CallCounter {
  let sums = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;
  let underWay: Promise<void> = Promise.resolve();
  let closed = false;

  const add = (name: string, quantity: number): void => {
    if (sums.has(name) || sums.size < MOST_SUMS) sums.set(name, (sums.get(name) ?? 0) + quantity);
    if (timer !== null || closed) return;
    timer = setTimeout(() => void flush(), FLUSH_EVERY_MS);
    // Not a reason to keep the process alive: `close` writes what is left.
    timer.unref();
  };
  const writeOut = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (sums.size === 0) return;
    const taken = sums;
    sums = new Map();
    try {
      await write(pool, taken);
    } catch (error) {
      log.warn({ err: error }, "the counters of calls could not be written");
      for (const [name, quantity] of taken) add(name, quantity);
    }
  };
  const flush = (): Promise<void> => {
    underWay = underWay.then(writeOut);
    return underWay;
  };
  return {
    count: ({ workspaceId, keyId, path }) =>
      add([workspaceId, now().toISOString().slice(0, 10), CALLS + path, keyId ?? ""].join("|"), 1),
    flush,
    close: () => {
      closed = true;
      return flush();
    },
  };
}

/** In the order of the keys, so that two servers never wait for each other. What belongs to a workspace that is gone is dropped. */
async function write(pool: pg.Pool, sums: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const column = (index: number): string[] => rows.map(([name]) => name.split("|")[index] ?? "");
  await pool.query({
    name: "count_calls",
    text: `INSERT INTO usage_days (workspace_id, day, meter, key_id, quantity)
           SELECT c.workspace_id, c.day, c.meter, c.key_id, c.quantity
           FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::bigint[]) AS c (workspace_id, day, meter, key_id, quantity)
           JOIN workspaces w ON w.id = c.workspace_id
           ORDER BY 1, 2, 3, 4
           ON CONFLICT (workspace_id, day, meter, key_id) DO UPDATE SET quantity = usage_days.quantity + EXCLUDED.quantity`,
    values: [column(0), column(1), column(2), column(3), rows.map(([, quantity]) => quantity)],
  });
}
