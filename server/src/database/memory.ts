import { LRUCache } from "lru-cache";
import type { MemoryCounts } from "../base/memory-counts.ts";
import type { Soon } from "../base/soon.ts";
import type { Change, Changes } from "./changes.ts";
import type { Subject } from "./rights.ts";

/** What is read at every call, remembered until somebody changes it. */
export interface Memory<Value extends object> {
  /**
   * What `read` answers now or has answered before, if nothing of those whom the answer is about has changed since.
   * Whoever asks while the same is being read waits for that one answer. Null is never remembered: what does not exist
   * has too many names.
   */
  recall(key: string, read: () => Promise<Value | null>): Soon<Value | null>;
  counts(): MemoryCounts;
  close(): void;
}

export interface Clocks {
  /** The clock on the wall. */
  now: () => Date;
  /** Never set back, and may stand still while the machine sleeps. */
  monotonicMs: () => number;
}

export interface MemoryTools<Value> {
  changes: Pick<Changes, "subscribe" | "areHeard">;
  clocks: Clocks;
  /** Whom a value is about; null for one that is not to be remembered. */
  about: (value: Value) => readonly Subject[] | null;
  /** How many values at most; the longest unused go first. */
  most?: number;
}

interface Entry<Value> {
  value: Value;
  about: readonly Subject[];
  readAt: Instant;
}

interface Instant {
  wallMs: number;
  monotonicMs: number;
}

/** Whatever goes wrong with changes and how they are told: nothing older than this is believed. */
const OLDEST_MS = 30_000;
const MOST = 10_000;

/**
 * A memory that never knows less than its server has been told: whatever was being read when something changed is not
 * remembered, whatever is about those who changed is forgotten, and nothing is remembered while changes by other
 * servers are not heard.
 */
export function openMemory<Value extends object>(tools: MemoryTools<Value>): Memory<Value> {
  const { changes, clocks, about } = tools;
  const keysAbout = new Map<Subject, Set<string>>();
  const entries = new LRUCache<string, Entry<Value>>({
    max: tools.most ?? MOST,
    dispose: (entry, key) => unlist(keysAbout, key, entry),
  });
  const underWay = new Map<string, Promise<Value | null>>();
  const counted = { hits: 0, misses: 0, drops: 0 };
  /** Counts the changes. What was read under an earlier count may be from before the last one. */
  let generation = 0;

  const forget = (subjects: ReadonlySet<Subject> | "all"): void => {
    const before = entries.size;
    if (subjects === "all") entries.clear();
    else for (const subject of subjects) for (const key of keysAbout.get(subject) ?? []) entries.delete(key);
    counted.drops += before - entries.size;
  };
  const close = changes.subscribe((change: Change) => {
    if (change.kind === "changed") return;
    generation += 1;
    underWay.clear();
    forget(change.kind === "reset" ? "all" : change.subjects);
  });

  const readAnew = async (key: string, read: () => Promise<Value | null>): Promise<Value | null> => {
    const begun = generation;
    const readAt = instantOf(clocks);
    const value = await read();
    const subjects = value === null ? null : about(value);
    if (value === null || subjects === null || generation !== begun || !changes.areHeard()) return value;
    entries.set(key, { value, about: subjects, readAt });
    for (const subject of subjects) list(keysAbout, subject, key);
    return value;
  };
  return {
    recall: (key, read) => {
      const known = entries.get(key);
      if (known !== undefined && changes.areHeard() && isYoung(known.readAt, clocks)) {
        counted.hits += 1;
        return known.value;
      }
      counted.misses += 1;
      if (!changes.areHeard()) return read();
      const asked = underWay.get(key);
      if (asked !== undefined) return asked;
      const asking = readAnew(key, read).finally(() => {
        if (underWay.get(key) === asking) underWay.delete(key);
      });
      underWay.set(key, asking);
      return asking;
    },
    counts: () => ({ remembered: entries.size, ...counted }),
    close,
  };
}

function instantOf({ now, monotonicMs }: Clocks): Instant {
  return { wallMs: now().getTime(), monotonicMs: monotonicMs() };
}

/** Each clock has its own way to go wrong, so an answer is as old as either says. */
function isYoung(readAt: Instant, { now, monotonicMs }: Clocks): boolean {
  return now().getTime() - readAt.wallMs < OLDEST_MS && monotonicMs() - readAt.monotonicMs < OLDEST_MS;
}

function list(keysAbout: Map<Subject, Set<string>>, subject: Subject, key: string): void {
  const keys = keysAbout.get(subject);
  if (keys === undefined) keysAbout.set(subject, new Set([key]));
  else keys.add(key);
}

function unlist(keysAbout: Map<Subject, Set<string>>, key: string, { about }: Entry<unknown>): void {
  for (const subject of about) {
    const keys = keysAbout.get(subject);
    keys?.delete(key);
    if (keys?.size === 0) keysAbout.delete(subject);
  }
}
