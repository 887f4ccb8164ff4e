import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";

/** One core for the server that is looked at, the other for whoever asks it. */
const CORES = { server: "0", load: "1" };
export type Place = keyof typeof CORES;

export interface Program {
  /** What `node` is told. */
  words: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  ipc?: boolean;
}

/** What a server complains of. Its log, a line for each request, is written to nowhere: it would fill the disk. */
export const logFile = join(tmpdir(), `gatehouse-bench-${process.pid}.log`);

/** Starts Node on its core; anywhere, where the machine has one core or no `taskset`. */
export function startPinned(place: Place, { words, env = {}, cwd, ipc = false }: Program): ChildProcess {
  const complaints = openSync(logFile, "a");
  const [command = "", ...rest] = [...pinning(place), process.execPath, ...words];
  const child = spawn(command, rest, {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "production", ...env },
    stdio: ["ignore", "ignore", complaints, ...(ipc ? (["ipc"] as const) : [])],
  });
  closeSync(complaints);
  return child;
}

function pinning(place: Place): string[] {
  return canPin() ? ["taskset", "-c", CORES[place]] : [];
}

export function canPin(): boolean {
  if (process.platform !== "linux" || availableParallelism() < 2) return false;
  try {
    execFileSync("taskset", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Puts processes that are not ours, such as the database's, on the core of the load, where we may. */
export function movePids(pids: readonly number[], place: Place): void {
  if (!canPin()) return;
  for (const pid of pids) {
    try {
      execFileSync("taskset", ["-pc", CORES[place], String(pid)], { stdio: "ignore" });
    } catch {
      // Another user's process, or one that is gone: it stays where it is.
    }
  }
}

export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const cutOff = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await once(child, "exit");
  clearTimeout(cutOff);
}
