import type { HeaderReader } from "./visit.ts";

/**
 * The headers as they came, names and values in turn. Node's own `headers` keeps only the first of several of one name, so
 * that a request could mean one thing on this road and another on the next.
 */
export function readRawHeaders(raw: readonly string[]): HeaderReader {
  return {
    get: (name) => {
      let found: string | null = null;
      for (let at = 0; at < raw.length; at += 2) {
        const written = raw[at] ?? "";
        if (written.length !== name.length || written.toLowerCase() !== name) continue;
        const value = raw[at + 1] ?? "";
        found = found === null ? value : `${found}, ${value}`;
      }
      return found;
    },
  };
}
