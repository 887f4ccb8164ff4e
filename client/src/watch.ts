import { ApiError, NetworkError } from "./errors.ts";
import { readEvents } from "./event-stream.ts";
import type { Listener, Subscribed } from "./generated/call.ts";
import { CallersOwnError, readProblem, readShape } from "./read-error.ts";
import { openSilence, pause } from "./reconnect.ts";
import type { Tokens } from "./tokens.ts";
import type { Transport } from "./transport.ts";

export interface WatchOptions {
  url: string;
  fetch: Transport;
  /** Whether that hands on an answer piece by piece. */
  streams: boolean;
  headers: (token: string | undefined) => Promise<Record<string, string>>;
  /** Null where the credential is not a token. */
  tokens: Tokens | null;
}

export type Watch = (what: { path: string; input: object }, listener: Listener<unknown>) => Subscribed;

/** What one connection ended with. */
type End = "lost" | { refused: unknown };

/** Subscriptions over `fetch`: with headers, resumed from the last event, and come again after a lost connection. */
export function openWatch(options: WatchOptions): Watch {
  return ({ path, input }, listener) => {
    const leaving = new AbortController();
    const place = { heard: listener.lastEventId, failures: 0, begun: false };

    const stay = async (): Promise<void> => {
      if (!options.streams) throw cannotStream();
      let expired: string | null = null;
      while (!leaving.signal.aborted) {
        // A change of tokens is none of the reader's business.
        if (expired === null) listener.onState?.("connecting");
        const resumed = place.heard === undefined ? input : { ...input, lastEventId: place.heard };
        const address = `${options.url}/${path}?input=${encodeURIComponent(JSON.stringify(resumed))}`;
        const { token, end } = await connect(address, expired);
        if (leaving.signal.aborted) return;
        // A token that has died is replaced at once. One that was never good is the answer, if it is the second.
        const hasDied: boolean = end !== "lost" && isExpired(end.refused) && expired === null;
        if (end !== "lost" && !hasDied) return listener.onError?.(end.refused);
        expired = hasDied ? token : null;
        if (!hasDied) await pause(place.failures++, leaving.signal);
      }
    };
    const connect = async (
      address: string,
      expired: string | null,
    ): Promise<{ token: string | null; end: End }> => {
      let token: string | null = null;
      try {
        token = await tokenAfter(expired, options.tokens);
        return { token, end: await listen(address, token) };
      } catch (error) {
        // A mistake of the caller shows at once. Later it is a token that cannot be had while there is no network.
        if (error instanceof CallersOwnError)
          return { token, end: place.begun ? "lost" : { refused: error.cause } };
        return { token, end: "lost" };
      }
    };
    const listen = async (address: string, token: string | null): Promise<End> => {
      const silence = openSilence(leaving.signal);
      try {
        const headers = { ...(await options.headers(token ?? undefined)), accept: "text/event-stream" };
        const response = await options.fetch(address, { headers, signal: silence.signal });
        if (!response.ok) return endOf(readProblem(await response.json(), response));
        if (response.body === null || response.body === undefined) return { refused: cannotStream() };
        for await (const event of readEvents(response.body)) {
          silence.broken();
          if (event.name === "serialized-error") return endOf(readShape(JSON.parse(event.data)));
          if (event.name === "connected") listener.onState?.("open");
          if (event.name !== "message" || event.data === "") continue;
          Object.assign(place, { failures: 0, heard: event.id ?? place.heard, begun: true });
          if (!leaving.signal.aborted) listener.onData(JSON.parse(event.data));
        }
        return "lost";
      } finally {
        silence.end();
      }
    };

    stay().catch((error: unknown) => {
      if (!leaving.signal.aborted) listener.onError?.(error);
    });
    return { unsubscribe: () => leaving.abort(), lastEventId: () => place.heard };
  };
}

async function tokenAfter(expired: string | null, tokens: Tokens | null): Promise<string | null> {
  if (tokens === null) return null;
  const token = expired === null ? tokens.current() : tokens.instead(expired);
  return token.catch((cause: unknown) => Promise.reject(new CallersOwnError(cause)));
}

/** Trouble that passes is a lost connection; everything else is the answer. */
function endOf(error: unknown): End {
  if (error instanceof ApiError)
    return error.status >= 500 || error.status === 429 ? "lost" : { refused: error };
  return "lost";
}

function isExpired(error: unknown): boolean {
  return error instanceof ApiError && error.code === "TOKEN_EXPIRED";
}

function cannotStream(): NetworkError {
  return new NetworkError(
    "This fetch cannot stream, which subscriptions need. In React Native, pass one that can as `fetch`.",
  );
}
