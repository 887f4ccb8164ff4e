import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../base/config.ts";
import type { RequestFacts } from "../trpc/context.ts";
import { clientAddress } from "./client-address.ts";
import { crossOriginHeaders } from "./cross-origin.ts";
import { logRequest } from "./log-request.ts";
import { pickRequestId } from "./request-id.ts";
import { securityHeaders } from "./security-headers.ts";
import { traceRequest } from "./trace-request.ts";
import type { Services } from "../services.ts";

/** Reads a header by its name in lower case, as `Headers` does: several of one name are joined by a comma. */
export interface HeaderReader {
  get: (name: string) => string | null;
}

/** What the door looks at of a request. It is the same on every road to the procedures. */
export interface Arrival {
  method: string;
  /** Without the query: tRPC puts the inputs of queries there, and callers by mistake their tokens. */
  path: string;
  headers: HeaderReader;
  /** The other end of the connection; empty where there is none (a test that calls the app without one). */
  peer: string;
}

/** A request that has come in. */
export interface Visit extends Arrival, Pick<RequestFacts, "requestId" | "address"> {}

export function beginVisit(arrival: Arrival, { trustedHops }: Config): Visit {
  const { method, path, headers, peer } = arrival;
  return {
    method,
    path,
    headers,
    peer,
    requestId: pickRequestId(headers.get("x-request-id")),
    address: clientAddress(peer, trustedHops, headers),
  };
}

/**
 * Whoever asks too often waits for being told so. A connection that does nothing else slows itself down, and leaves the
 * server to the others. Behind a proxy a connection is nobody's own, and is not held.
 */
const TOO_OFTEN_WAITS_MS = 20;

/** Does the work of a request and tells of it: its span, its log line, and it is counted. */
export async function attend<Answer extends { status: number }>(
  visit: Visit,
  services: Services,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const answer = await traceRequest(visit, services.traces, () => logRequest(visit, services, work));
  services.metrics.answered(visit.method, answer.status);
  if (answer.status === 429 && services.config.trustedHops === 0) await sleep(TOO_OFTEN_WAITS_MS);
  return answer;
}

/** The headers of every answer, refusals included. `Vary` is to be joined with what an answer itself varies by. */
export function everyHeader(
  { requestId, headers }: Visit,
  { config, lifecycle }: Services,
): (readonly [name: string, value: string])[] {
  return [
    ["X-Request-Id", requestId],
    ...crossOriginHeaders(headers.get("origin"), config.corsOrigins),
    ...securityHeaders,
    // Whoever keeps his connection would send his next request into a door that closes.
    ...(lifecycle.stopping ? [["Connection", "close"] as const] : []),
  ];
}
