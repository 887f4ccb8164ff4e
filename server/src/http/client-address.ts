import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { isIP } from "node:net";

/**
 * Where a request comes from; null where there is no connection to ask (a test that calls the app without one).
 *
 * Each trusted proxy appends the address that it was called from to X-Forwarded-For, so only so many entries, counted
 * from the right, were written by somebody we trust. What stands further left is what the caller himself sent: a forged
 * header changes nothing.
 */
export function clientAddress(c: Context, trustedHops: number): string | null {
  const peer = readAddress(connectionAddress(c));
  if (trustedHops === 0) return peer;
  const entries = (c.req.header("x-forwarded-for") ?? "").split(",");
  const nearest = entries.slice(-trustedHops)[0] ?? "";
  return readAddress(nearest.trim()) ?? peer;
}

function connectionAddress(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "";
  } catch {
    return "";
  }
}

/** An IPv4 address that comes in the clothes of IPv6 is still that IPv4 address; a port behind it is nobody's business. */
function readAddress(text: string): string | null {
  const bare = text
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(bare) === 0 ? null : bare.replace(/%.*$/, "").toLowerCase();
}
