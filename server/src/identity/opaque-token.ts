import { LRUCache } from "lru-cache";
import { hash } from "node:crypto";
import type { TokenRules } from "../base/config-tokens.ts";
import type { ClerkCredentials, OpaqueAnswer, OpaqueKind } from "../providers/clerk-credentials.ts";
import { judgeOpaque, rejectOpaque } from "./opaque-principal.ts";
import type { Principal } from "./principal.ts";

/** Credentials of Clerk that say nothing by themselves: `ak_…`, `oat_…`, `mt_…`. */
export interface OpaqueTokens {
  /** @throws AppError UNAVAILABLE where Clerk gives no answer */
  judge(token: string, kind: OpaqueKind): Promise<Principal>;
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

/** Which kind of opaque credential a text claims to be; null for none. */
export function opaqueKindOf(token: string): OpaqueKind | null {
  const [prefix] = token.split("_", 1);
  return prefix === "ak" || prefix === "oat" || prefix === "mt" ? prefix : null;
}

/**
 * Judges opaque credentials by asking Clerk, and remembers its answers for seconds.
 *
 * They are remembered under the SHA-256 of their text, never under the text itself. Good and bad ones are kept
 * apart, so that a flood of made-up credentials pushes no honest one out.
 */
export function openOpaqueTokens({ credentials, rules, now, monotonicMs }: OpaqueTokenTools): OpaqueTokens {
  const perf = { now: monotonicMs };
  const good = new LRUCache<string, OpaqueAnswer>({ max: REMEMBERED, ttl: GOOD_FOR_MS, perf });
  const bad = new LRUCache<string, OpaqueAnswer>({ max: REMEMBERED, ttl: BAD_FOR_MS, perf });
  const underWay = new Map<string, Promise<OpaqueAnswer>>();

  const ask = async (token: string, kind: OpaqueKind, digest: string): Promise<OpaqueAnswer> => {
    const answer = await credentials.verify(kind, token);
    (answer.kind === "valid" ? good : bad).set(digest, answer);
    return answer;
  };
  return {
    judge: async (token, kind) => {
      // A text that cannot be one costs no call.
      if (!/^[a-z]+_[\w-]{16,256}$/.test(token)) return rejectOpaque(kind, "unknown");
      const digest = hash("sha256", token, "base64url");
      const known = good.get(digest) ?? bad.get(digest);
      if (known !== undefined) return judgeOpaque(kind, known, { rules, now: now() });
      // Whoever comes while the same credential is being asked for waits for that one answer.
      const asked = underWay.get(digest) ?? ask(token, kind, digest).finally(() => underWay.delete(digest));
      underWay.set(digest, asked);
      return judgeOpaque(kind, await asked, { rules, now: now() });
    },
  };
}
