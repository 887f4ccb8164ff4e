import { isClerkAPIResponseError } from "@clerk/backend/errors";

/** Runs a command; a failure is one sentence on standard error and the exit code 1. */
export async function runCommand(usage: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\nUsage: ${usage}\n`);
    process.exitCode = 1;
  }
}

/** What went wrong, in a sentence. Clerk's own errors say only the text of the HTTP status. */
export function reasonOf(error: unknown): string {
  if (isClerkAPIResponseError(error)) {
    // A network failure is such an error too, without a status.
    const status = error.status as number | undefined;
    const [first] = error.errors;
    const said = first?.longMessage ?? first?.message ?? error.message;
    return status === undefined
      ? "Clerk's Backend API cannot be reached."
      : `Clerk says: ${said} (${status}).`;
  }
  // Several addresses of one host were tried, and each has its own reason.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  return text || "It failed without saying why.";
}
