import { AppError } from "../base/app-error.ts";

/** So many messages of one provider change tables at once. The pool has ten connections, and callers need some of them. */
const AT_ONCE = 4;
/** So many wait for that, with their bodies in memory. At a few milliseconds each, all of them have had their turn in a second. */
const WAITING = 64;
/** Svix's own first wait. */
const RETRY_AFTER_SECONDS = 5;

/** There is no room for a message now; its sender keeps it and sends it again. */
export class NoRoom extends AppError {
  constructor() {
    super("UNAVAILABLE", {
      detail: "Too many messages at once. Send this one again.",
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}

export interface Room {
  /**
   * Does the work when it is its turn, in the order of coming.
   *
   * @throws NoRoom at once, where as many wait already as may
   */
  enter: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** A storm of messages is taken in portions. What is beyond them waits at its sender, and never in our memory. */
export function openRoom(): Room {
  let working = 0;
  const waiting: (() => void)[] = [];
  return {
    enter: async (work) => {
      if (working < AT_ONCE) working += 1;
      else if (waiting.length < WAITING) await new Promise<void>((admit) => waiting.push(admit));
      else throw new NoRoom();
      try {
        return await work();
      } finally {
        // Whoever waits longest gets the place, before anybody who comes now could take it.
        const next = waiting.shift();
        if (next === undefined) working -= 1;
        else next();
      }
    },
  };
}
