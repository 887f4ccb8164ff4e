import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

/** Benchmarks that look inside rather than ask a server from outside. Each is a program of its own. */
export const PROGRAMS: Record<string, { file: string; about: string }> = {
  "api-keys": {
    file: "api-keys.ts",
    about: "Who holds this key? One of a thousand, asked of the function that resolves credentials.",
  },
  "seen-at-once": {
    file: "seen-at-once.ts",
    about: "When does one server obey a change of rights that another has made, with both under load?",
  },
};

/** What the program prints. */
export async function runProgram(file: string, databaseUrl: string): Promise<string> {
  const words = ["--import", "tsx", resolve(ROOT, "tests/bench", file)];
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "", DATABASE_URL: databaseUrl },
  });
  return stdout.trimEnd();
}
