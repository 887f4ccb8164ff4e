import type { RateState } from "../access/rate-limit.ts";

/** draft-ietf-httpapi-ratelimit-headers-10: structured fields; the policy's name joins the two. */
export function rateLimitHeaders(state: RateState | null): [name: string, value: string][] {
  if (state === null) return [];
  const { policy, remaining, resetSeconds } = state;
  const { name, calls, windowSeconds } = policy;
  return [
    ["RateLimit-Policy", `"${name}";q=${calls};w=${windowSeconds}`],
    ["RateLimit", `"${name}";r=${remaining};t=${resetSeconds}`],
  ];
}
