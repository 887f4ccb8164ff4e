import { AppError } from "./app-error.ts";

/** More calls than this at once would only wait for each other's connections, with all that they hold in memory. */
const MOST_CALLS = 1_000;
/** A process that is so late has more to do than it can; whoever waits for it now had better ask another one. */
const MOST_LATE_MS = 1_000;
const LOOK_EVERY_MS = 250;
const RETRY_AFTER_SECONDS = 1;

/** How much this process has taken on. Beyond a point it turns calls away at once instead of being late for all. */
export interface Pressure {
  /**
   * Does the work of one call.
   *
   * @throws AppError UNAVAILABLE at once, where there is too much to do already
   */
  bear: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Waits for what a call needs from outside. Its place is free meanwhile: who sends slowly takes nobody's. */
  aside: <Result>(wait: () => Promise<Result>) => Promise<Result>;
  callsAtWork: () => number;
  close: () => void;
}

export function openPressure(): Pressure {
  let callsAtWork = 0;
  let lateMs = 0;
  let dueAt = performance.now() + LOOK_EVERY_MS;
  // Node looks at its timers before it takes what has come in: after a standstill this is known before the first call.
  const looking = setInterval(() => {
    const now = performance.now();
    lateMs = now - dueAt;
    dueAt = now + LOOK_EVERY_MS;
  }, LOOK_EVERY_MS).unref();
  return {
    bear: async (work) => {
      if (callsAtWork >= MOST_CALLS || lateMs > MOST_LATE_MS)
        throw new AppError("UNAVAILABLE", { retryAfterSeconds: RETRY_AFTER_SECONDS });
      callsAtWork += 1;
      try {
        return await work();
      } finally {
        callsAtWork -= 1;
      }
    },
    aside: async (wait) => {
      callsAtWork -= 1;
      try {
        return await wait();
      } finally {
        callsAtWork += 1;
      }
    },
    callsAtWork: () => callsAtWork,
    close: () => clearInterval(looking),
  };
}
