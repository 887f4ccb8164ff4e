import type { Operation, TRPCLink } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { observable } from "@trpc/server/observable";
import type { Unsubscribable } from "@trpc/server/observable";
import { ApiError, NetworkError } from "./errors.ts";
import { readError } from "./read-error.ts";

/** The first pause, at most; each further one may be twice as long. */
const FIRST_PAUSE_MS = 500;
/** Who is told to come back later than this had better say so to his user. */
const LONGEST_PAUSE_MS = 10_000;

/**
 * Sends a call again that met with a passing trouble: a lost connection, a proxy without its server, a server that asks
 * for patience. Only calls that may be made twice: queries, and mutations whose input has an idempotency key.
 *
 * @param most how often a call is sent again, at most
 */
export function retryLink(most: number): TRPCLink<AnyRouter> {
  const chance = openChance();
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let waiting: ReturnType<typeof setTimeout> | undefined;
        let running: Unsubscribable | undefined;

        const send = (earlier: number) => {
          running = next(op).subscribe({
            next: (value) => observer.next(value),
            complete: () => observer.complete(),
            error: (error) => {
              const mayTry = earlier < most && op.signal?.aborted !== true && mayRepeat(op);
              const pauseMs = mayTry ? pauseBefore(readError(error, undefined), earlier) : null;
              if (pauseMs === null) return observer.error(error);
              // Some of the pause is left to chance, or all clients would come back to a recovering server at once.
              waiting = setTimeout(() => send(earlier + 1), pauseMs.least + pauseMs.more * chance());
            },
          });
        };

        send(0);
        return () => {
          clearTimeout(waiting);
          running?.unsubscribe();
        };
      });
}

function mayRepeat({ type, input }: Operation): boolean {
  switch (type) {
    case "query":
      return true;
    case "mutation":
      return (
        typeof input === "object" &&
        input !== null &&
        "idempotencyKey" in input &&
        input.idempotencyKey !== undefined
      );
    case "subscription":
      return false;
  }
}

/** Between which bounds to wait before the next try; null where another try would not help. */
function pauseBefore(error: unknown, earlier: number): { least: number; more: number } | null {
  const usual = { least: 0, more: FIRST_PAUSE_MS * 2 ** earlier };
  if (error instanceof NetworkError) return error.status === null || isPassing(error.status) ? usual : null;
  if (!(error instanceof ApiError) || !isPassing(error.status)) return null;
  const { retryAfterSeconds } = error;
  if (retryAfterSeconds === null) return usual;
  const least = retryAfterSeconds * 1_000;
  return least > LONGEST_PAUSE_MS ? null : { least, more: usual.more };
}

function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** The same number for all calls of one moment: those that failed together go out as one batch again. */
function openChance(): () => number {
  let drawn: number | undefined;
  return () => {
    if (drawn === undefined) {
      drawn = Math.random();
      setTimeout(() => (drawn = undefined));
    }
    return drawn;
  };
}
