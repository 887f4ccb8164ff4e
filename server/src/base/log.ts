import { pino, stdSerializers } from "pino";
import type { DestinationStream, Logger } from "pino";

export type Log = Logger;
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * One JSON line an entry, on standard output unless told otherwise.
 *
 * Errors are written by their type, message and stack only: libraries hang request bodies, headers and
 * connection strings on their error objects (Stripe's signature error carries the payload).
 */
export function openLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = { level, serializers: { err: errorLine }, base: null, timestamp: stdTimestamp };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function stdTimestamp(): string {
  return `,"time":"${new Date().toISOString()}"`;
}

function errorLine(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack } = stdSerializers.err(error);
  const cause = error.cause instanceof Error ? { cause: errorLine(error.cause) } : {};
  return { type, message, stack, ...cause };
}
