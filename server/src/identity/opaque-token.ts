import { LRUCache } from "lru-cache";
import { hash } from "node:crypto";
import type { TokenRules } from "../base/config-tokens.ts";
import type { ClerkCredentials, OpaqueAnswer, OpaqueKind } from "../providers/clerk-credentials.ts";
import { judgeOpaque, rejectOpaque } from "./opaque-principal.ts";
import { reject } from "./principal.ts";
import type { Principal } from "./principal.ts";

/** Credentials of Clerk that say nothing by themselves: `ak_…`, `oat_…`, `mt_…`. */
export interface OpaqueTokens {
  /**
   * @param mayAsk whether Clerk may be asked for whoever comes with a credential that has never been good
   * @throws AppError UNAVAILABLE where Clerk gives no answer
   */
  judge(token: string, kind: OpaqueKind, mayAsk: () => Promise<boolean>): Promise<Principal>;
  /** How many answers are remembered now, and how often one was or was not, for metrics. */
  memory(): { remembered: Record<"good" | "bad", number>; lookUps: Record<"hit" | "miss", number> };
}

export interface OpaqueTokenTools {
  credentials: ClerkCredentials;
  rules: TokenRules;
  now: () => Date;
  monotonicMs: () => number;
}

/** How long a revoked credential may go on here; and how long a made-up one costs no second call. */
const GOOD_FOR_MS = 10_000;
const BAD_FOR_MS = 5_000;
const REMEMBERED = 5_000;
/** So long after it was good last, Clerk is asked about a credential wherever it comes from. */
const TRUSTED_FOR_MS = 3_600_000;

const NOT_LOOKED_AT = reject("not looked at after too many bad credentials");

/** Which kind of opaque credential a text claims to be; null for none. */
export function opaqueKindOf(token: string): OpaqueKind | null {
  if (token.startsWith("ak_")) return "ak";
  if (token.startsWith("oat_")) return "oat";
  return token.startsWith("mt_") ? "mt" : null;
}

/**
 * Judges opaque credentials by asking Clerk, and remembers its answers for seconds.
 *
 * They are remembered under the SHA-256 of their text, never under the text itself. Good and bad ones are kept
 * apart, so that a flood of made-up credentials pushes no honest one out. Nor does it use up the calls that Clerk
 * grants us: whoever has shown too many bad ones has no new one looked at.
 */
export function openOpaqueTokens({ credentials, rules, now, monotonicMs }: OpaqueTokenTools): OpaqueTokens {
  const perf = { now: monotonicMs };
  const good = new LRUCache<string, OpaqueAnswer>({ max: REMEMBERED, ttl: GOOD_FOR_MS, perf });
  const bad = new LRUCache<string, OpaqueAnswer>({ max: REMEMBERED, ttl: BAD_FOR_MS, perf });
  const trusted = new LRUCache<string, true>({ max: REMEMBERED, ttl: TRUSTED_FOR_MS, perf });
  const underWay = new Map<string, Promise<OpaqueAnswer>>();
  const lookUps = { hit: 0, miss: 0 };

  const ask = async (token: string, kind: OpaqueKind, digest: string): Promise<OpaqueAnswer> => {
    const answer = await credentials.verify(kind, token);
    (answer.kind === "valid" ? good : bad).set(digest, answer);
    if (answer.kind === "valid") trusted.set(digest, true);
    else trusted.delete(digest);
    return answer;
  };
  return {
    judge: async (token, kind, mayAsk) => {
      // A text that cannot be one costs no call.
      if (!/^[a-z]+_[\w-]{16,256}$/.test(token)) return rejectOpaque(kind, "unknown");
      const digest = hash("sha256", token, "base64url");
      const known = good.get(digest) ?? bad.get(digest);
      lookUps[known === undefined ? "miss" : "hit"] += 1;
      if (known !== undefined) return judgeOpaque(kind, known, { rules, now: now() });
      if (!trusted.has(digest) && !underWay.has(digest) && !(await mayAsk())) return NOT_LOOKED_AT;
      // Whoever comes while the same credential is being asked for waits for that one answer.
      const asked = underWay.get(digest) ?? ask(token, kind, digest).finally(() => underWay.delete(digest));
      underWay.set(digest, asked);
      return judgeOpaque(kind, await asked, { rules, now: now() });
    },
    memory: () => ({ remembered: { good: good.size, bad: bad.size }, lookUps }),
  };
}
