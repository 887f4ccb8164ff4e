let ending: Promise<void> | null = null;

/**
 * The end of this turn of the event loop, one for all who wait for it.
 *
 * Answers are written then. Each write may have to wake somebody up, and whoever is awake already takes the next one for
 * little: a server with much to do answers twice as many calls, and one with little to do answers no later, because its
 * turn ends at once.
 */
export function endOfTurn(): Promise<void> {
  ending ??= new Promise((resolve) => {
    setImmediate(() => {
      ending = null;
      resolve();
    });
  });
  return ending;
}
