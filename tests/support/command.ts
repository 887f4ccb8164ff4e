import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../../server/src/cli/run-command.ts";
import type { Command } from "../../server/src/cli/run-command.ts";
import { ownMigrationFolders } from "../../server/src/database/migration-folders.ts";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs `gatehouse` as a process of its own, in the folder of a product that adds nothing, with these settings and no others: the developer's
 * environment and his `.env` file must not decide what a test sees.
 */
export async function runCli(words: readonly string[], env: Record<string, string>): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-cli-"));
  const product = JSON.stringify({ gatehouse: join(ROOT, "server/src/gatehouse.ts") });
  await writeFile(join(folder, "package.json"), product);
  const tsx = join(ROOT, "node_modules/tsx/dist/cli.mjs");
  const program = join(ROOT, "server/src/cli/gatehouse.ts");
  const child = spawn(process.execPath, [tsx, "--tsconfig", join(ROOT, "tsconfig.json"), program, ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", DATA_DIR: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (outcome.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (outcome.stderr += chunk.toString()));
  outcome.code = await new Promise((done) => child.on("close", done));
  await rm(folder, { recursive: true });
  return outcome;
}

/**
 * The same without a process of its own, which is a hundred times faster: the command with a terminal that is kept.
 *
 * @param ofProduct folders with the migrations of a product
 */
export async function callCommand(
  command: Command,
  words: readonly string[],
  env: Record<string, string>,
  ofProduct: readonly string[] = [],
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-cli-"));
  const outcome: Outcome = { code: null, stdout: "", stderr: "" };
  outcome.code = await runCommand(command, {
    words,
    env: { DATA_DIR: folder, ...env },
    migrations: [...ownMigrationFolders(), ...ofProduct],
    print: (line) => (outcome.stdout += `${line}\n`),
    say: (line) => (outcome.stderr += `${line}\n`),
    isScreen: false,
  });
  await rm(folder, { recursive: true });
  return outcome;
}
