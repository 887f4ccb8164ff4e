import { LRUCache } from "lru-cache";
import type { MemoryCounts } from "../base/memory-counts.ts";
import type { KeySet } from "./key-set.ts";
import type { MachinePrincipal, RejectedPrincipal, UserPrincipal } from "./principal.ts";
import { CLOCK_SKEW_SECONDS, judgeTimes } from "./token-times.ts";
import type { TokenTimes } from "./token-times.ts";

export type TokenPrincipal = UserPrincipal | MachinePrincipal | RejectedPrincipal;

/** What looking at a token's signature has brought out, and stays true. */
export interface JudgedToken {
  /** Null where nothing else than its time has been judged. */
  principal: TokenPrincipal | null;
  /** Null for a forged token, of which nothing may be believed, its times neither. */
  times: TokenTimes | null;
  keyId: string;
  pem: string;
}

/** Tokens whose signatures have been looked at, so that each is verified once and not at every request. */
export interface TokenMemory {
  /** What a token was found to be, by the clock and the key set of this moment; null for one that has to be verified. */
  recall(token: string): TokenPrincipal | null;
  keep(token: string, judged: JudgedToken): void;
  counts(): Readonly<Record<"tokens" | "badTokens", MemoryCounts>>;
}

export interface TokenMemoryTools {
  keySet: KeySet;
  now: () => Date;
  monotonicMs: () => number;
}

/** Of the texts of tokens, which are longer than what is made of them. */
const MOST_BYTES = 16 * 1_024 * 1_024;
const MOST_GOOD = 20_000;
const MOST_BAD = 2_000;
const BAD_FOR_MS = 5_000;

/** Characters at the end of a token by which it is looked for: 256 bits of its signature. */
const TAIL = 43;

interface Kept {
  /** The whole of it: whatever ends alike is another token. */
  token: string;
  judged: JudgedToken;
}

/**
 * They are looked for by the end of their signature, and believed only if the whole text is the same. Good and bad ones
 * are kept apart: a flood of forged tokens pushes no honest one out, however they end.
 *
 * Time is never remembered. Every use asks the clock on the wall anew, and the key set for the very key that verified
 * the token: with a key that was withdrawn goes what it had verified, as soon as the key set knows.
 */
export function openTokenMemory({ keySet, now, monotonicMs }: TokenMemoryTools): TokenMemory {
  const options = { maxSize: MOST_BYTES, ttlResolution: 0, perf: { now: monotonicMs } };
  const good = new LRUCache<string, Kept>({ max: MOST_GOOD, ...options });
  const bad = new LRUCache<string, Kept>({ max: MOST_BAD, ttl: BAD_FOR_MS, ...options });
  const counted = {
    tokens: { hits: 0, misses: 0, drops: 0 },
    badTokens: { hits: 0, misses: 0, drops: 0 },
  };

  const judgeNow = ({ principal, times, keyId, pem }: JudgedToken): TokenPrincipal | null => {
    if (keySet.known(keyId) !== pem) return null;
    const untimely = times === null ? null : judgeTimes(times, now());
    return untimely ?? principal;
  };
  const look = (
    memory: LRUCache<string, Kept>,
    token: string,
    counts: Omit<MemoryCounts, "remembered">,
  ): TokenPrincipal | null => {
    const tail = token.slice(-TAIL);
    const kept = memory.get(tail);
    const known = kept?.token === token ? kept : undefined;
    const found = known === undefined ? null : judgeNow(known.judged);
    counts[found === null ? "misses" : "hits"] += 1;
    if (known !== undefined && found === null && memory.delete(tail)) counts.drops += 1;
    return found;
  };
  return {
    recall: (token) => look(good, token, counted.tokens) ?? look(bad, token, counted.badTokens),
    keep: (token, judged) => {
      const size = token.length;
      const { principal, times } = judged;
      const isBad = principal === null || principal.kind === "rejected" || times === null;
      const [memory, ttl] = isBad ? [bad, BAD_FOR_MS] : [good, lifetimeMs(times, now())];
      memory.set(token.slice(-TAIL), { token, judged }, { size, ttl });
    },
    counts: () => ({
      tokens: { remembered: good.size, ...counted.tokens },
      badTokens: { remembered: bad.size, ...counted.badTokens },
    }),
  };
}

/** Makes room once a token is over. Whether it is over is never asked of this: the clock may be set. */
function lifetimeMs({ exp }: TokenTimes, now: Date): number {
  return Math.max(1, (exp + CLOCK_SKEW_SECONDS) * 1_000 - now.getTime());
}
