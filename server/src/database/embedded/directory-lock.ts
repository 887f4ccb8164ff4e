import { constants } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lifeOf, parseOwner, thisProcess } from "./lock-owner.ts";

/** The owner touches its lock this often; one that stands still for the longer time has lost its owner. */
const HEARTBEAT_MS = 2_000;
const SILENCE_MS = 10_000;
/** Ample for another process to see that it has moved the wrong file away, and to put it back. */
const SETTLE_MS = 50;
const TRIES = 5;

/**
 * Keeps a second process out of the folder. PGlite would let it in, and each would lose rows that the other has
 * acknowledged. The lock of a process that was killed is taken over.
 *
 * @returns the function that gives the folder free
 * @throws Error naming the folder and the process that uses it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, "lock");
  const mine = JSON.stringify(await thisProcess());

  for (let attempt = 1; !(await claim(file, mine)); attempt++) {
    const found = await read(file);
    if (found === null && attempt <= TRIES) continue;
    if (found === null || attempt > TRIES || (await isHeld(file, found)))
      throw new Error(refusal(folder, found));
    await removeStale(file, found);
  }

  // A failed touch is no reason to fail: only a process in another container would judge by it.
  const heartbeat = setInterval(() => void touch(file).catch(() => undefined), HEARTBEAT_MS).unref();
  return async () => {
    clearInterval(heartbeat);
    if ((await read(file)) === mine) await rm(file, { force: true });
  };
}

/** Makes the file if there is none, which only one process can; then looks whether it was left alone. */
async function claim(file: string, mine: string): Promise<boolean> {
  try {
    await writeFile(file, mine, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
  await sleep(SETTLE_MS);
  return (await read(file)) === mine;
}

async function isHeld(file: string, found: string): Promise<boolean> {
  const owner = parseOwner(found);
  const life = owner === null ? "unknown" : await lifeOf(owner);
  if (life !== "unknown") return life === "alive";

  const before = await touchedAt(file);
  await sleep(SILENCE_MS);
  return (await touchedAt(file)) !== before || (await read(file)) !== found;
}

/** Moves the file away before it looks again: whoever else judged the same lock may have put a fresh one in its place. */
async function removeStale(file: string, judged: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if ((await read(aside)) !== judged)
    await copyFile(aside, file, constants.COPYFILE_EXCL).catch(() => undefined);
  await rm(aside, { force: true });
}

function refusal(folder: string, found: string | null): string {
  const pid = found === null ? undefined : parseOwner(found)?.pid;
  const owner = pid === undefined ? "another process" : `the process ${pid}`;
  return `The database in ${folder} is in use by ${owner}. Stop that first: two processes would lose each other's rows.`;
}

async function read(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now);
}

async function touchedAt(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
