import type { RateState } from "../access/rate-limit.ts";

/** The length of every window; see `Policy`. */
const WINDOW_SECONDS = 60;

/** draft-ietf-httpapi-ratelimit-headers-10: structured fields; the policy's name joins the two. */
export function rateLimitHeaders(state: RateState | null): [name: string, value: string][] {
  if (state === null) return [];
  const { name, callsPerMinute, remaining, resetSeconds } = state;
  return [
    ["RateLimit-Policy", `"${name}";q=${callsPerMinute};w=${WINDOW_SECONDS}`],
    ["RateLimit", `"${name}";r=${remaining};t=${resetSeconds}`],
  ];
}
