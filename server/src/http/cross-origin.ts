/** What pages of other origins may read of an answer, beside its body. */
const EXPOSED = [
  "X-Request-Id",
  "Retry-After",
  "WWW-Authenticate",
  "RateLimit",
  "RateLimit-Policy",
  "Location",
  "Link",
  "ETag",
  "Allow",
].join(",");

const ALLOWED_HEADERS = [
  "Authorization",
  "Content-Type",
  "X-Admin-Key",
  "X-Request-Id",
  "X-Workspace-Id",
  "Idempotency-Key",
  "If-Match",
  "trpc-accept",
].join(",");

/** How long a browser may remember what it was allowed. */
const REMEMBERED_SECONDS = 600;

/** CORS: a page may read answers only if its origin is configured to the letter. Cookies are never asked for. */
export function crossOriginHeaders(
  origin: string | null,
  allowed: readonly string[],
): (readonly [name: string, value: string])[] {
  const always = [["Access-Control-Expose-Headers", EXPOSED] as const, ["Vary", "Origin"] as const];
  return origin !== null && allowed.includes(origin)
    ? [["Access-Control-Allow-Origin", origin], ...always]
    : always;
}

/** What a browser asks before it sends a request of another origin. The origin itself is judged as in every answer. */
export function answerPreflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": "GET,POST,PATCH,PUT,DELETE",
      "Access-Control-Allow-Headers": ALLOWED_HEADERS,
      "Access-Control-Max-Age": String(REMEMBERED_SECONDS),
    },
  });
}
