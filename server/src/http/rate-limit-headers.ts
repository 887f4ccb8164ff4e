import type { RateState } from "../access/rate-limit.ts";

/** draft-ietf-httpapi-ratelimit-headers-10: structured fields; the policy's name joins the two. */
export function rateLimitHeaders(state: RateState | null): [name: string, value: string][] {
  if (state === null) return [];
  const { name, calls, windowSeconds, remaining, resetSeconds } = state;
  return [
    ["RateLimit-Policy", `"${name}";q=${calls};w=${windowSeconds}`],
    ["RateLimit", `"${name}";r=${remaining};t=${resetSeconds}`],
  ];
}
