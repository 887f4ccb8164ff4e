import type { MiddlewareHandler } from "hono";
import { timingSafeEqual, createHash } from "node:crypto";
import { errorBody } from "./errors.ts";
import { json } from "./http.ts";

const LOOPBACK_HOSTS = new Set(["127.0.0.1", "::1", "localhost"]);
const FORWARDED = new Set(["forwarded", "x-real-ip", "via", "true-client-ip"]);
const FORWARDED_FAMILIES = ["x-forwarded-", "cf-"];

/** Whoever can reach this provider can sign in as anybody, so it never listens where another machine could. */
export function requireLoopback(host: string): void {
  if (LOOPBACK_HOSTS.has(host)) return;
  throw new Error(`The local identity provider listens on loopback only, and ${host} is not loopback.`);
}

/**
 * Turns away what did not come straight from this machine. A header that proxies add means that a tunnel or reverse
 * proxy has been put before it; a Host that is not loopback means DNS rebinding: a page of a foreign name whose
 * address was changed to 127.0.0.1, which the browser takes for the same origin.
 */
export function guard(port: () => number): MiddlewareHandler {
  return async (c, next) => {
    for (const name of c.req.raw.headers.keys()) {
      if (FORWARDED.has(name) || FORWARDED_FAMILIES.some((family) => name.startsWith(family))) {
        return refuse("Requests that were forwarded are not answered.");
      }
    }
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`, `[::1]:${port()}`];
    if (!hosts.includes(c.req.header("host") ?? "")) return refuse("This Host is not answered.");
    return next();
  };
}

function refuse(message: string): Response {
  return json(errorBody("local_clerk_refused", message), 403);
}

/** `http://localhost:5173` and the like: a page that this machine itself serves. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return (
    (protocol === "http:" || protocol === "https:") && ["127.0.0.1", "[::1]", "localhost"].includes(hostname)
  );
}

/** The token of `Authorization: Bearer …`, or null. */
export function bearer(header: string | undefined): string | null {
  return header?.startsWith("Bearer ") === true ? header.slice("Bearer ".length) : null;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Compares digests, so that neither length nor content shows in the time it takes. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}
