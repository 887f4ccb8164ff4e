import type { Environment } from "../base/settings.ts";
import { doctor } from "./doctor/doctor.ts";
import { keys } from "./keys/keys.ts";
import { migrate } from "./migrate.ts";
import { moveDatabase } from "./move-database/move-database.ts";
import { reconcile } from "./reconcile.ts";
import { asksForHelp, runCommand } from "./run-command.ts";
import type { Command, ExitCode, Terminal } from "./run-command.ts";
import { token } from "./token/token.ts";
import { tour } from "./tour.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  doctor,
  keys,
  migrate,
  "move-database": moveDatabase,
  reconcile,
  token,
  tour,
};

/** What the commands are to work on. */
export interface Surroundings {
  /** Asked when a command needs it, so that a file that cannot be read is a sentence, too. */
  readSettings: () => Environment;
  /** Every folder with migrations: ours, then the product's. */
  migrations: string[];
}

/**
 * Runs a command as this process, with its streams.
 *
 * @param words its name and what stands behind it; none, or `--help`, lists the commands
 */
export async function runWords(
  [name, ...words]: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const terminal = openTerminal(words, surroundings);
  if (name === undefined || asksForHelp([name])) {
    terminal.print(listCommands());
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return runCommand(command, terminal);
  terminal.say(`There is no command ${name}.\n\n${listCommands()}`);
  return 1;
}

function openTerminal(words: readonly string[], { readSettings, migrations }: Surroundings): Terminal {
  return {
    words,
    get env() {
      return readSettings();
    },
    migrations,
    print: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    isScreen: process.stdout.isTTY,
  };
}

function listCommands(): string {
  const rows = Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(15)}${does}`);
  return [
    "Usage: gatehouse <command>",
    "",
    ...rows,
    "",
    "gatehouse <command> --help says what may stand behind it.",
  ].join("\n");
}
