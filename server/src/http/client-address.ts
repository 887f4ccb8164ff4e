import { isIP } from "node:net";
import type { HeaderReader } from "./visit.ts";

/**
 * Where a request comes from; null where there is no connection to ask (a test that calls the app without one).
 *
 * Each trusted proxy appends the address that it was called from to X-Forwarded-For, so only so many entries, counted
 * from the right, were written by somebody we trust. What stands further left is what the caller himself sent: a forged
 * header changes nothing.
 */
export function clientAddress(peer: string, trustedHops: number, headers: HeaderReader): string | null {
  const nearest = addressOfPeer(peer);
  if (trustedHops === 0) return nearest;
  const entries = (headers.get("x-forwarded-for") ?? "").split(",");
  const written = entries.slice(-trustedHops)[0] ?? "";
  return readAddress(written.trim()) ?? nearest;
}

let lastPeer = "";
let lastAddress: string | null = null;

/** The one that was seen last is not read again: many requests come over one connection, or all of them from a proxy. */
function addressOfPeer(peer: string): string | null {
  if (peer !== lastPeer) lastAddress = readAddress(peer);
  lastPeer = peer;
  return lastAddress;
}

/** An IPv4 address that comes in the clothes of IPv6 is still that IPv4 address; a port behind it is nobody's business. */
function readAddress(text: string): string | null {
  if (isIP(text) === 4) return text;
  const bare = text
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(bare) === 0 ? null : bare.replace(/%.*$/, "").toLowerCase();
}
