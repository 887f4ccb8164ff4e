import { randomUUID } from "node:crypto";

/** The caller's own id if it is a plain word, else a new one: it stands in logs and headers, so it must not carry anything. */
export function pickRequestId(sent: string | null): string {
  return sent !== null && /^[\w-]{1,64}$/.test(sent) ? sent : randomUUID();
}
