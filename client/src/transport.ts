import type { httpBatchLink } from "@trpc/client";
import { NetworkError } from "./errors.ts";
import type { Fetch } from "./options.ts";

export interface TransportOptions {
  fetch: Fetch | undefined;
  onRequestId: ((requestId: string) => void) | undefined;
}

/** What the links of tRPC take for `fetch`, and what it answers. */
export type Transport = (...request: Parameters<LinkFetch>) => Promise<Response>;
type LinkFetch = NonNullable<Parameters<typeof httpBatchLink>[0]["fetch"]>;

/** A `fetch` whose answers are this server's, or a NetworkError. */
export function openTransport({ fetch, onRequestId }: TransportOptions): Transport {
  // Looked up at each call: apps and tests put their own in its place after the client was made.
  const send: Fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));
  return async (input, init) => {
    const address = typeof input === "string" || input instanceof URL ? input.toString() : input.url;
    const response = await send(address, { ...init, signal: init?.signal ?? null });
    const requestId = response.headers.get("x-request-id");
    if (requestId !== null) onRequestId?.(requestId);
    if (!isOurs(response)) {
      const { status } = response;
      throw new NetworkError(`Something other than the API answered, with status ${status}.`, { status });
    }
    return response;
  };
}

/**
 * Whether answers come piece by piece. React Native's `fetch` waits for their end, which a stream does not have; its
 * `Response` knows no `body`. Of a `fetch` that was passed in it is assumed.
 */
export function canStream(fetch: Fetch | undefined): boolean {
  return fetch !== undefined || "body" in Response.prototype;
}

/** Answers of the server are JSON, and its streams are server-sent events; a proxy's pages are neither. */
function isOurs(response: Response): boolean {
  return /^text\/event-stream\b|^application\/(?:[\w.+-]+\+)?json\b/i.test(
    response.headers.get("content-type") ?? "",
  );
}
