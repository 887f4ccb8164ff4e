const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** The server says something at least every 15 seconds; a connection that is silent for longer than this is dead. */
const LONGEST_SILENCE_MS = 40_000;

/**
 * Waits before another try: longer after each failure, and some of it by chance, so that not all readers come back at the
 * same moment.
 *
 * @param earlier how many tries have failed before
 */
export async function pause(earlier: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** earlier);
  await new Promise<void>((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, longest * (0.5 + Math.random() / 2));
    signal.addEventListener("abort", over);
  });
}

/** A signal that ends a connection once it has been silent for too long, or its reader leaves. */
export function openSilence(leaving: AbortSignal): {
  signal: AbortSignal;
  broken: () => void;
  end: () => void;
} {
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
