import { toWire } from "./names.ts";
import { BASE } from "./routes.ts";
import type { RestRoute } from "./routes.ts";

export interface Answering {
  route: RestRoute;
  /** All of them, to find where a new thing can be read. */
  routes: readonly RestRoute[];
  /** The address as it was asked for, which links to further pages keep. */
  url: URL;
}

/** What a procedure has answered, as HTTP says it. */
export function toResponse(output: unknown, { route, routes, url }: Answering): Response {
  if (output === undefined || output === null) return new Response(null, { status: 204 });
  const headers = new Headers({ "Content-Type": "application/json" });
  const { id, version, nextCursor } = namedParts(output);
  if (typeof version === "number") headers.set("ETag", `"${version}"`);
  if (typeof nextCursor === "string") headers.set("Link", `<${nextPage(url, nextCursor)}>; rel="next"`);
  const place = route.creates && typeof id === "string" ? placeOf(id, route, routes) : null;
  if (place !== null) headers.set("Location", place);
  const body = JSON.stringify(toWire(output, route.outputShape));
  return new Response(body, { status: route.creates ? 201 : 200, headers });
}

/** Where a thing that was just made can be read: its collection's path and its id. Null if nothing reads it there. */
export function placeOf(id: string, route: RestRoute, routes: readonly RestRoute[]): string | null {
  return readerOf(route, routes) === undefined ? null : `${BASE}${route.path}/${encodeURIComponent(id)}`;
}

/** The route that reads one of the things that a route makes. */
export function readerOf(route: RestRoute, routes: readonly RestRoute[]): RestRoute | undefined {
  return routes.find(
    ({ method, path }) =>
      method === "GET" &&
      path.startsWith(`${route.path}/{`) &&
      !path.slice(route.path.length + 1).includes("/"),
  );
}

function nextPage({ pathname, searchParams }: URL, cursor: string): string {
  const query = new URLSearchParams(searchParams);
  query.set("cursor", cursor);
  return `${pathname}?${query.toString()}`;
}

function namedParts(output: unknown): { id?: unknown; version?: unknown; nextCursor?: unknown } {
  return typeof output === "object" && output !== null ? output : {};
}
