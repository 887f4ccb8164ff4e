import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the printed files belong. The compiled server stands as deep in the tree as its source. */
const CLIENT_FOLDER = fileURLToPath(new URL("../../../../client/src/generated/", import.meta.url));

/** The files of a folder that are not as printed: changed, missing, or left over. */
export async function differingFiles(
  printed: ReadonlyMap<string, string>,
  folder = CLIENT_FOLDER,
): Promise<string[]> {
  const onDisk = await readAll(folder);
  const names = new Set([...printed.keys(), ...onDisk.keys()]);
  return [...names].filter((name) => printed.get(name) !== onDisk.get(name)).toSorted();
}

/** Writes what differs, and only that: watchers and incremental builds look at the time of a file. */
export async function writeDiffering(
  printed: ReadonlyMap<string, string>,
  folder = CLIENT_FOLDER,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const differing = await differingFiles(printed, folder);
  for (const name of differing) {
    const text = printed.get(name);
    if (text === undefined) await rm(join(folder, name));
    else await writeFile(join(folder, name), text);
  }
  return differing;
}

async function readAll(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch(() => []);
  const read = names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const);
  return new Map(await Promise.all(read));
}
