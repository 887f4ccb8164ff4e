import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { appRouter } from "../../router.ts";
import { printClient } from "./print-client.ts";

const FOLDER = fileURLToPath(new URL("../../../../client/src/generated/", import.meta.url));

/** `generate` writes the client's printed files; `generate --check` names those that differ and exits with 1. */
const printed = printClient(appRouter);
const onDisk = await readPrinted();
const differing = [...new Set([...printed.keys(), ...onDisk.keys()])]
  .filter((name) => printed.get(name) !== onDisk.get(name))
  .toSorted();

if (process.argv.includes("--check")) {
  for (const name of differing) console.error(`client/src/generated/${name} is not what the router says`);
  if (differing.length > 0) console.error("Run `npm run generate` and commit what it writes.");
  process.exitCode = differing.length > 0 ? 1 : 0;
} else {
  await mkdir(FOLDER, { recursive: true });
  // Only what changed is written: watchers and incremental builds look at the time of a file.
  for (const name of differing) await replace(`${FOLDER}${name}`, printed.get(name));
  console.log(differing.length === 0 ? "The client is up to date." : `Printed ${differing.join(", ")}.`);
}

async function readPrinted(): Promise<Map<string, string>> {
  const names = await readdir(FOLDER).catch(() => []);
  const read = names.map(async (name) => [name, await readFile(`${FOLDER}${name}`, "utf8")] as const);
  return new Map(await Promise.all(read));
}

async function replace(file: string, text: string | undefined): Promise<void> {
  if (text === undefined) await rm(file);
  else await writeFile(file, text);
}
