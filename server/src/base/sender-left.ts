/**
 * Whether this is what Node throws at whoever reads a request whose sender has left, or was cut off, before it was whole.
 * It has the code of a lost connection to the database, and nothing has failed here.
 */
export function hasSenderLeft(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && error.code === "ECONNRESET" && error.message === "aborted"
  );
}
