import { reject } from "./principal.ts";
import type { RejectedPrincipal } from "./principal.ts";

/** NumericDates of RFC 7519: seconds since 1970. */
export interface TokenTimes {
  exp: number;
  iat: number;
  nbf?: number;
}

/** Whether a claim is a NumericDate. A year past 5000 is milliseconds, or a number that was made to overflow something. */
export function isNumericDate(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 1e11;
}

/** How far our clock and Clerk's may differ; the SDK's own allowance. */
export const CLOCK_SKEW_SECONDS = 5;

/**
 * Whether a token is in its time; null if it is.
 *
 * It is over at `exp` plus the skew, to the millisecond, and has not begun before `nbf` and `iat` minus it. Without
 * `nbf` only `iat` counts.
 */
export function judgeTimes(
  { exp, iat, nbf = iat }: TokenTimes,
  now: Date,
  skewSeconds = CLOCK_SKEW_SECONDS,
): RejectedPrincipal | null {
  const seconds = now.getTime() / 1_000;
  if (seconds >= exp + skewSeconds) {
    const reason = `expired ${Math.floor(seconds - exp)} s ago`;
    return { kind: "rejected", code: "TOKEN_EXPIRED", reason };
  }
  if (seconds < nbf - skewSeconds) return reject(`not valid for another ${Math.ceil(nbf - seconds)} s (nbf)`);
  if (seconds < iat - skewSeconds) return reject(`issued ${Math.ceil(iat - seconds)} s in the future (iat)`);
  return null;
}
