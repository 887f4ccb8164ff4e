import { AbortError, NetworkError } from "./errors.ts";

/** The longest that a timer can be set for. */
const LONGEST_SECONDS = 2_147_483;

export interface Limits {
  signal: AbortSignal | undefined;
  timeoutSeconds: number;
}

/**
 * Does something that ends when its time is over or its caller has had enough of it, whichever comes first. It ends at
 * once: tRPC aborts a batch only when all of its calls are aborted, and the caller of one need not wait for that.
 * (`AbortSignal.any` and `AbortSignal.timeout` would do it, but React Native has neither.)
 */
export function withinLimits<Value>(
  { signal, timeoutSeconds }: Limits,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const own = new AbortController();
  return new Promise((resolve, reject) => {
    const end = (error: Error) => {
      reject(error);
      own.abort(error);
    };
    const leave = () => end(new AbortError(signal?.reason));
    if (signal?.aborted === true) return leave();

    const seconds = Math.min(timeoutSeconds, LONGEST_SECONDS);
    const message = `No answer came within ${seconds} seconds.`;
    const timer = setTimeout(() => end(new NetworkError(message, { timedOut: true })), seconds * 1_000);
    signal?.addEventListener("abort", leave, { once: true });
    void work(own.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", leave);
      });
  });
}
