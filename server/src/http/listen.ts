import { getRequestListener } from "@hono/node-server";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { DirectLane } from "./direct-lane.ts";
import { keepRoom, mostConnections } from "./seats.ts";

/** A door that stands open. */
export interface Listener {
  /** Where it answers: `http://127.0.0.1:3000`. */
  url: string;
  /** Lets the requests under way finish, for a time, and lets nobody in. */
  close: () => Promise<void>;
}

/** A caller who sends slowly is cut off within 15 s: headers in 10 s, the whole request in 13 s, looked at every second. */
const TIME_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 13_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
/** Node silently drops what comes after its limit, which may be the address that a proxy has added last. */
const MOST_HEADERS = 1_000;
/** How long requests under way may take once the server stops. */
const LAST_REQUESTS_MS = 8_000;

/** @param at port 0 is any that is free; `lane` is asked first, and answers what it can answer in a shorter way */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  at: { host: string; port: number; lane: DirectLane | null },
): Promise<Listener> {
  const answer = getRequestListener(fetch);
  const onRequest: RequestListener = (request, response) => {
    hasAsked(request.socket);
    if (request.rawHeaders.length > 2 * MOST_HEADERS)
      return void response.writeHead(431, { Connection: "close" }).end();
    if (at.lane?.(request, response) === true) return;
    // Whoever stands before us may have taken the other one (RFC 9112, 3.2).
    if ((request.headersDistinct["host"]?.length ?? 0) > 1)
      return void response.writeHead(400, { Connection: "close" }).end();
    void answer(request, response);
  };
  const server = createServer(TIME_LIMITS, onRequest);
  server.maxHeadersCount = MOST_HEADERS + 1;
  const hasAsked = keepRoom(server, await mostConnections());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explain(error, at)));
    server.listen(at.port, at.host, resolve);
  });
  return { url: urlOf(server), close: () => finish(server) };
}

function explain(error: Error, { host, port }: { host: string; port: number }): Error {
  const isTaken = "code" in error && error.code === "EADDRINUSE";
  return isTaken ? new Error(`PORT ${port} is in use on ${host}`, { cause: error }) : error;
}

function urlOf(server: Server): string {
  const place = server.address();
  if (place === null || typeof place === "string") throw new Error("the server has no port");
  const { address, family, port } = place;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/** Kept-alive connections without a request are closed at once; the others after their answer, or after a time. */
async function finish(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  // A connection whose last answer ends now, such as a stream's, would be kept alive for nobody.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cutOff = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(cutOff);
}
