import { pino, stdSerializers } from "pino";
import type { DestinationStream, Logger, LoggerOptions } from "pino";

export type Log = Logger;
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * One JSON line an entry, on standard output unless told otherwise. There lines are written together, at the latest after
 * a tenth of a second, with the next error, and before the process ends by itself: a write for each would cost more than
 * many a request. What nobody reads is dropped in the end, and not kept for ever.
 *
 * Errors are written by their type, message and stack only: libraries hang request bodies, headers and
 * connection strings on their error objects (Stripe's signature error carries the payload).
 */
export function openLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = { level, serializers: { err: errorLine }, base: null, timestamp: stdTimestamp };
  if (destination !== undefined) return pino(options, destination);
  const output = pino.destination(TOGETHER);
  output.on("drop", () => {
    dropped += 1;
  });
  // What went wrong leaves at once: it may be the last that this process says. Not by `flushSync`, which never comes back
  // where the reader has gone.
  const hooks: LoggerOptions["hooks"] = {
    logMethod(words, write, rank) {
      write.apply(this, words);
      if (rank >= ERROR) output.flush();
    },
  };
  return pino({ ...options, hooks }, output);
}

let dropped = 0;

/** So many lines have been dropped because nobody read them. Standard output is the process's, and so is their number. */
export function droppedLines(): number {
  return dropped;
}

const ERROR = 50;

const TOGETHER = { sync: false, minLength: 4096, maxLength: 16_777_216, periodicFlush: 100 };

/**
 * Says yes for a part of the times that it is asked, from 0 to 1: of 0.1, for every tenth.
 *
 * It counts. Drawn from the id of the request, which is the caller's own text, he could choose to be overlooked.
 */
export function openSampling(part: number): () => boolean {
  let due = 0;
  return () => {
    due += part;
    if (due < 1) return false;
    due -= 1;
    return true;
  };
}

let stampedMs = 0;
let stamp = "";

/** Many lines are of one millisecond. */
function stdTimestamp(): string {
  const ms = Date.now();
  if (ms !== stampedMs) stamp = `,"time":"${new Date(ms).toISOString()}"`;
  stampedMs = ms;
  return stamp;
}

function errorLine(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack } = stdSerializers.err(error);
  const cause = error.cause instanceof Error ? { cause: errorLine(error.cause) } : {};
  return { type, message, stack, ...cause };
}
