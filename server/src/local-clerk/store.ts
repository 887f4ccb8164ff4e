import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { newId, newSecret, newWebhookSecret } from "./ids.ts";
import { loadKey, makeKey, saveKey } from "./keys.ts";
import { emptyTables, readTables, writeTables } from "./tables.ts";
import type { Secrets } from "./instance.ts";
import type { SigningKey } from "./keys.ts";
import type { Tables } from "./tables.ts";

/** Long enough that a burst of writes becomes one file, short enough that a killed process loses next to nothing. */
const SAVE_DELAY_MS = 50;

/** In the folder while an instance runs: where its controls answer. */
export const RUNNING_FILE = "running.json";

export interface Identity {
  id: string;
  secrets: Secrets;
  keys: SigningKey[];
}

/** Where an instance lives between two starts. Without a folder nothing is written, and everything is new each time. */
export interface Store {
  readonly identity: Identity;
  readonly tables: Tables;
  /** Has the tables written soon. */
  changed: () => void;
  /** Writes the keys and secrets now: a rotated key must not be lost, for tokens are signed with it at once. */
  saveIdentity: () => Promise<void>;
  /** Notes in the folder where the instance answers, and takes the note away again. */
  announce: (running: { url: string; controlToken: string }) => Promise<void>;
  withdraw: () => Promise<void>;
  /** Writes what is outstanding. Rejects if the last write failed. */
  flush: () => Promise<void>;
}

export async function openStore(folder: string | undefined, log: (line: string) => void): Promise<Store> {
  if (folder === undefined) return memoryStore();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // An existing folder keeps its mode through mkdir.
  await chmod(folder, 0o700);
  const identityFile = join(folder, "identity.json");
  const stateFile = join(folder, "state.json");

  const savedIdentity = await readIfThere(identityFile);
  const identity =
    savedIdentity === undefined ? await newIdentity() : parse(identityFile, savedIdentity, readIdentity);
  const savedState = await readIfThere(stateFile);
  const tables = savedState === undefined ? emptyTables() : parse(stateFile, savedState, readTables);

  const saveIdentity = (): Promise<void> => writeAtomically(identityFile, writeIdentity(identity));
  if (savedIdentity === undefined) await saveIdentity();
  const state = delayedWriter(() => writeAtomically(stateFile, writeTables(tables)), log);
  const runningFile = join(folder, RUNNING_FILE);
  return {
    identity,
    tables,
    changed: state.changed,
    saveIdentity,
    announce: (running) => writeAtomically(runningFile, JSON.stringify(running)),
    withdraw: () => rm(runningFile, { force: true }),
    flush: state.flush,
  };
}

const writeNothing = (): Promise<void> => Promise.resolve();

async function memoryStore(): Promise<Store> {
  return {
    identity: await newIdentity(),
    tables: emptyTables(),
    changed: () => {},
    saveIdentity: writeNothing,
    announce: writeNothing,
    withdraw: writeNothing,
    flush: writeNothing,
  };
}

async function newIdentity(): Promise<Identity> {
  const id = newId("ins");
  const secrets = {
    secretKey: newSecret("sk_test"),
    controlToken: newSecret("lcc"),
    webhookSecret: newWebhookSecret(),
  };
  return { id, secrets, keys: [await makeKey(id)] };
}

const SavedIdentity = z.object({
  id: z.string(),
  secretKey: z.string(),
  controlToken: z.string(),
  webhookSecret: z.string(),
  keys: z.array(z.object({ kid: z.string(), pem: z.string() })).min(1),
});
type SavedIdentity = z.infer<typeof SavedIdentity>;

function writeIdentity(identity: Identity): string {
  const saved: SavedIdentity = {
    id: identity.id,
    ...identity.secrets,
    keys: identity.keys.map((key) => saveKey(key)),
  };
  return JSON.stringify(saved, null, 2);
}

function readIdentity(text: string): Identity {
  const { id, keys, secretKey, controlToken, webhookSecret } = SavedIdentity.parse(JSON.parse(text));
  return {
    id,
    secrets: { secretKey, controlToken, webhookSecret },
    keys: keys.map((key) => loadKey(key)),
  };
}

/** A file that cannot be read stops the start: to begin anew would overwrite somebody's users. */
function parse<T>(file: string, text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (error) {
    throw new Error(`${file} cannot be read. Repair it, or delete it to begin anew.`, { cause: error });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** A reader finds the old file or the new one, never half of one, also after a power cut (hence the sync). */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Collects changes into one write, one write at a time; a change during a write causes another one. */
function delayedWriter(
  write: () => Promise<void>,
  log: (line: string) => void,
): Pick<Store, "changed" | "flush"> {
  let dirty = false;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();

  const turn = async (): Promise<void> => {
    if (!dirty) return;
    dirty = false;
    try {
      await write();
    } catch (error) {
      dirty = true;
      throw error;
    }
  };
  const writeNow = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    // One after the other whatever became of the one before: two writers would share one temporary file.
    last = last.then(turn, turn);
    return last;
  };
  const changed = (): void => {
    dirty = true;
    timer ??= setTimeout(() => {
      writeNow().catch((error: unknown) => log(`The state could not be saved: ${String(error)}`));
    }, SAVE_DELAY_MS);
  };
  return { changed, flush: writeNow };
}
