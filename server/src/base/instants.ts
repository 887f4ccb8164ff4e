export const DAY_MS = 86_400_000;

/** Clerk gives milliseconds; some examples in its OpenAPI files give seconds. 1e11 ms is a day in 1973. */
export function instantOf(stamp: number): Date {
  return new Date(stamp < 1e11 ? stamp * 1_000 : stamp);
}

/** An instant as the API writes it, where there is one. */
export function toInstant(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
