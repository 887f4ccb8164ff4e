import { isClerkAPIResponseError } from "@clerk/backend/errors";
import type { Environment } from "../base/settings.ts";

/** Where a command runs: what was typed, the settings, the tables, and the two ways to write. Tests hand in one of their own. */
export interface Terminal {
  words: readonly string[];
  env: Environment;
  /** Every folder with migrations: ours, then the product's. */
  migrations: string[];
  /** A line of the result, on standard output, which a script reads. */
  print: (line: string) => void;
  /** Everything else, on standard error. */
  say: (line: string) => void;
  /** Whether standard output is a screen, and no pipe or $(…). */
  isScreen: boolean;
}

export type ExitCode = 0 | 1;

export interface Command {
  /** What it does, as the list of commands says it. */
  does: string;
  /** Its name, and what may stand behind it. */
  usage: string;
  run: (terminal: Terminal) => Promise<ExitCode>;
}

/** Runs a command; a failure is one sentence on standard error and the exit code 1. */
export async function runCommand({ does, usage, run }: Command, terminal: Terminal): Promise<ExitCode> {
  if (asksForHelp(terminal.words)) {
    terminal.print(`${does}\nUsage: gatehouse ${usage}`);
    return 0;
  }
  try {
    return await run(terminal);
  } catch (error) {
    terminal.say(`${reasonOf(error)}\nUsage: gatehouse ${usage}`);
    return 1;
  }
}

export function asksForHelp([word]: readonly string[]): boolean {
  return word === "--help" || word === "-h";
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
