import { AppError } from "../base/app-error.ts";

/** As many pages as one caller may have open: each of them reads whenever something happens. */
const MOST_EACH = 20;
/** Of the connections that a server takes, so many may be held by streams. */
const MOST = 5_000;
const RETRY_AFTER_SECONDS = 10;

/** Streams are not over when their call is answered, so they are counted apart from calls. */
export interface StreamPlaces {
  /**
   * Takes a place, until the returned function is called.
   *
   * @param caller under which name his calls are counted
   * @throws AppError RATE_LIMITED for who has too many already, UNAVAILABLE where there is no place for anybody
   */
  take: (caller: string) => () => void;
}

export function openStreamPlaces(): StreamPlaces {
  const taken = new Map<string, number>();
  let all = 0;
  const add = (caller: string, change: 1 | -1): void => {
    const now = (taken.get(caller) ?? 0) + change;
    all += change;
    if (now === 0) taken.delete(caller);
    else taken.set(caller, now);
  };
  return {
    take: (caller) => {
      const retryAfterSeconds = RETRY_AFTER_SECONDS;
      if ((taken.get(caller) ?? 0) >= MOST_EACH) throw new AppError("RATE_LIMITED", { retryAfterSeconds });
      if (all >= MOST) throw new AppError("UNAVAILABLE", { retryAfterSeconds });
      add(caller, 1);
      return () => add(caller, -1);
    },
  };
}
