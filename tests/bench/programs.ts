import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

/** A benchmark that is a program of its own, because it looks inside, or needs something else than a server to ask. */
export interface Program {
  file: string;
  about: string;
  isLong?: boolean;
}

export const PROGRAMS: Record<string, Program> = {
  "api-keys": {
    file: "api-keys.ts",
    about: "Who holds this key? One of a thousand, asked of the function that resolves credentials.",
  },
  "seen-at-once": {
    file: "seen-at-once.ts",
    about: "When does one server obey a change of rights that another has made, with both under load?",
    isLong: true,
  },
  reconcile: {
    file: "reconcile.ts",
    about: "Comparing all users and organizations with Clerk: how long it takes, and in how much memory.",
    isLong: true,
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
