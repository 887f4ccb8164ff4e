import { isClerkAPIResponseError } from "@clerk/backend/errors";
import { readEnvironment } from "../base/config.ts";
import type { Environment } from "../base/settings.ts";

/** Where a command runs: what was typed, the settings, and the two ways to write. Tests hand in one of their own. */
export interface Terminal {
  words: readonly string[];
  env: Environment;
  /** A line of the result, on standard output, which a script reads. */
  print: (line: string) => void;
  /** Everything else, on standard error. */
  say: (line: string) => void;
  /** Whether standard output is a screen, and no pipe or $(…). */
  isScreen: boolean;
}

export type ExitCode = 0 | 1;

export interface Command {
  usage: string;
  run: (terminal: Terminal) => Promise<ExitCode>;
}

/** Runs a command as this process: with its words, its environment and its streams. */
export async function runHere(command: Command): Promise<void> {
  process.exitCode = await runCommand(command, {
    words: process.argv.slice(2),
    // Read when the command asks, so that a file that cannot be read is a sentence, too.
    get env() {
      return readEnvironment();
    },
    print: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    isScreen: process.stdout.isTTY,
  });
}

/** Runs a command; a failure is one sentence on standard error and the exit code 1. */
export async function runCommand({ usage, run }: Command, terminal: Terminal): Promise<ExitCode> {
  try {
    return await run(terminal);
  } catch (error) {
    terminal.say(`${reasonOf(error)}\nUsage: ${usage}`);
    return 1;
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
