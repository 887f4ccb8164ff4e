import { openLog } from "../../server/src/base/log.ts";
import type { Log } from "../../server/src/base/log.ts";

export interface LogLine {
  level: number;
  msg: string;
  [field: string]: unknown;
}

/** The log of a server under test, kept to be read. */
export interface LogBook {
  log: Log;
  /** Everything that was written, as it was written. */
  text: () => string;
  lines: () => LogLine[];
  /** The errors since the last call. A test that provokes one takes it, or fails. */
  takeErrors: () => LogLine[];
}

const ERROR = 50;

export function openLogBook(): LogBook {
  const written: string[] = [];
  let taken = 0;
  const log = openLog("debug", { write: (line: string) => void written.push(line) });
  const lines = (from = 0) => written.slice(from).map((line) => JSON.parse(line) as LogLine);
  return {
    log,
    text: () => written.join(""),
    lines,
    takeErrors: () => {
      const fresh = lines(taken);
      taken = written.length;
      return fresh.filter((line) => line.level >= ERROR);
    },
  };
}
