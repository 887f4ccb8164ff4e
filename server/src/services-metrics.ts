import type { RateLimits } from "./access/rate-limit.ts";
import { droppedLines } from "./base/log.ts";
import type { MemoryCounts } from "./base/memory-counts.ts";
import type { WatchedNumber } from "./base/metrics.ts";
import type { Pressure } from "./base/pressure.ts";
import type { OpenDatabase } from "./database/open.ts";
import type { KeySet } from "./identity/key-set.ts";
import type { OpaqueTokens } from "./identity/opaque-token.ts";

export interface Watched {
  database: OpenDatabase;
  pressure: Pressure;
  keySet: KeySet;
  memories: () => Readonly<Record<string, MemoryCounts>>;
  opaque: OpaqueTokens;
  rateLimits: RateLimits;
}

/** The numbers that services keep anyway. Nothing is asked of the database: metrics must answer while it is down. */
export function watchedNumbers({
  database,
  pressure,
  keySet,
  memories,
  opaque,
  rateLimits,
}: Watched): WatchedNumber[] {
  const { pool } = database;
  return [
    {
      name: "gatehouse_pool_connections",
      help: "Connections to the database: all that are open, and those of them that nobody uses",
      kind: "gauge",
      label: "state",
      read: () => ({ open: pool.totalCount, idle: pool.idleCount }),
    },
    {
      name: "gatehouse_pool_waiting",
      help: "Callers who wait for a connection to the database",
      kind: "gauge",
      read: () => pool.waitingCount,
    },
    {
      name: "gatehouse_calls_at_work",
      help: "Calls of procedures that have begun and are not answered yet",
      kind: "gauge",
      read: () => pressure.callsAtWork(),
    },
    {
      name: "gatehouse_keys_age_seconds",
      help: "Age of the keys that tokens are verified with; missing while there are none",
      kind: "gauge",
      read: () => keySet.ageSeconds(),
    },
    {
      name: "gatehouse_keys_fetches_total",
      help: "How often the key endpoint was asked, by result",
      kind: "counter",
      label: "result",
      read: () => keySet.fetches(),
    },
    ...memoryNumbers(memories),
    {
      name: "gatehouse_changes_heard",
      help: "1 while changes by other servers are heard; while it is 0 only tokens are remembered",
      kind: "gauge",
      read: () => Number(database.changes.areHeard()),
    },
    {
      name: "gatehouse_opaque_remembered",
      help: "Answers of Clerk about opaque credentials that are remembered now, by verdict",
      kind: "gauge",
      label: "verdict",
      read: () => opaque.memory().remembered,
    },
    {
      name: "gatehouse_opaque_lookups_total",
      help: "Look-ups of opaque credentials in that memory; a miss is a call to Clerk or a wait for one",
      kind: "counter",
      label: "result",
      read: () => opaque.memory().lookUps,
    },
    {
      name: "gatehouse_rate_limit_store_failures_total",
      help: "How often the shared store of rate limits did not answer, so that this server counted by itself",
      kind: "counter",
      read: () => rateLimits.storeFailures(),
    },
    {
      name: "gatehouse_log_lines_dropped_total",
      help: "Lines of the log that were dropped because nobody read the standard output",
      kind: "counter",
      read: droppedLines,
    },
  ];
}

/** Of every memory the same. */
function memoryNumbers(read: () => Readonly<Record<string, MemoryCounts>>): WatchedNumber[] {
  const each = (count: keyof MemoryCounts) => () =>
    Object.fromEntries(Object.entries(read()).map(([memory, counts]) => [memory, counts[count]]));
  const label = "memory";
  return [
    {
      name: "gatehouse_memory_entries",
      help: "What is remembered now, by memory",
      kind: "gauge",
      label,
      read: each("remembered"),
    },
    {
      name: "gatehouse_memory_hits_total",
      help: "Questions that a memory answered",
      kind: "counter",
      label,
      read: each("hits"),
    },
    {
      name: "gatehouse_memory_misses_total",
      help: "Questions that a memory could not answer",
      kind: "counter",
      label,
      read: each("misses"),
    },
    {
      name: "gatehouse_memory_drops_total",
      help: "What a memory forgot because it might be true no longer",
      kind: "counter",
      label,
      read: each("drops"),
    },
  ];
}
