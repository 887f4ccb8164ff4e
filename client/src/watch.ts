import { ApiError, NetworkError } from "./errors.ts";
import { readEvents } from "./event-stream.ts";
import type { Listener, Subscribed } from "./generated/call.ts";
import { CallersOwnError, readProblem, readShape } from "./read-error.ts";
import type { Tokens } from "./tokens.ts";
import type { Transport } from "./transport.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** The server says something at least every 15 seconds; a connection that is silent for longer than this is dead. */
const LONGEST_SILENCE_MS = 40_000;

export interface WatchOptions {
  url: string;
  fetch: Transport;
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
    const place = { heard: listener.lastEventId, failures: 0 };

    const stay = async (): Promise<void> => {
      let expired: string | null = null;
      while (!leaving.signal.aborted) {
        listener.onState?.("connecting");
        const resumed = place.heard === undefined ? input : { ...input, lastEventId: place.heard };
        const address = `${options.url}/${path}?input=${encodeURIComponent(JSON.stringify(resumed))}`;
        const token: string | null = await tokenAfter(expired, options.tokens);
        const end: End = await connect(address, token).catch((error: unknown) => endOf(error));
        if (leaving.signal.aborted) return;
        // A token that has died is replaced at once; a second one that is refused is the answer.
        const hasDied: boolean = end !== "lost" && isExpired(end.refused) && expired === null;
        if (end !== "lost" && !hasDied) return listener.onError?.(end.refused);
        expired = hasDied ? token : null;
        if (!hasDied) await pause(place, leaving.signal);
      }
    };
    const connect = async (address: string, token: string | null): Promise<End> => {
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
          place.failures = 0;
          place.heard = event.id ?? place.heard;
          if (!leaving.signal.aborted) listener.onData(JSON.parse(event.data));
        }
        return "lost";
      } finally {
        silence.end();
      }
    };

    stay().catch((error: unknown) => {
      if (!leaving.signal.aborted) listener.onError?.(error instanceof CallersOwnError ? error.cause : error);
    });
    return { unsubscribe: () => leaving.abort(), lastEventId: () => place.heard };
  };
}

async function tokenAfter(expired: string | null, tokens: Tokens | null): Promise<string | null> {
  if (tokens === null) return null;
  return expired === null ? tokens.current() : tokens.instead(expired);
}

/** Trouble that passes is a lost connection; everything else is the answer. */
function endOf(error: unknown): End {
  if (error instanceof ApiError)
    return error.status >= 500 || error.status === 429 ? "lost" : { refused: error };
  return error instanceof CallersOwnError ? { refused: error.cause } : "lost";
}

function isExpired(error: unknown): boolean {
  return error instanceof ApiError && error.code === "TOKEN_EXPIRED";
}

function cannotStream(): NetworkError {
  return new NetworkError(
    "This fetch cannot stream, which subscriptions need. In React Native, pass one that can as `fetch`.",
  );
}

/** Waits longer after each failure, and some of it by chance: not all readers come back at the same moment. */
async function pause(place: { failures: number }, signal: AbortSignal): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** place.failures);
  place.failures += 1;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, longest * (0.5 + Math.random() / 2));
    signal.addEventListener("abort", () => resolve(clearTimeout(timer)), { once: true });
  });
}

/** A signal that ends a connection once it has been silent for too long, or its reader leaves. */
function openSilence(leaving: AbortSignal): { signal: AbortSignal; broken: () => void; end: () => void } {
  const silent = new AbortController();
  const abort = () => silent.abort();
  let timer = setTimeout(abort, LONGEST_SILENCE_MS);
  leaving.addEventListener("abort", abort, { once: true });
  return {
    signal: silent.signal,
    broken: () => {
      clearTimeout(timer);
      timer = setTimeout(abort, LONGEST_SILENCE_MS);
    },
    end: () => {
      clearTimeout(timer);
      leaving.removeEventListener("abort", abort);
    },
  };
}
