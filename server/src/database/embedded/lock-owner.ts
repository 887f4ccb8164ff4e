import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";

/** A process as it can be told from every other, one that gets the same number later included. */
export const LockOwner = z.object({
  pid: z.number().int().positive(),
  /** Within it numbers are comparable: one boot of one machine, and one container of it. */
  world: z.string(),
  /** When it started, in the kernel's own ticks since boot; "" where that cannot be read. */
  born: z.string(),
});
export type LockOwner = z.infer<typeof LockOwner>;

export async function thisProcess(): Promise<LockOwner> {
  return { pid: process.pid, world: await thisWorld(), born: (await birthOf(process.pid)) ?? "" };
}

/** Null for what is no owner: a file that is being written at this moment. */
export function parseOwner(text: string): LockOwner | null {
  try {
    return LockOwner.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Unknown: it lives in another container, on another machine, or where the system does not say when it started. */
export async function lifeOf(owner: LockOwner): Promise<"alive" | "gone" | "unknown"> {
  if (owner.world !== (await thisWorld())) return "unknown";
  if (owner.born !== "") return (await birthOf(owner.pid)) === owner.born ? "alive" : "gone";
  return isRunning(owner.pid) ? "unknown" : "gone";
}

async function thisWorld(): Promise<string> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    return `${boot.trim()} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Field 22 of /proc/<pid>/stat (proc(5)); the second, the name, may itself hold spaces and brackets. */
async function birthOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return line.slice(line.lastIndexOf(")") + 2).split(" ")[19];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, but belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
