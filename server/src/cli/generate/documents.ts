import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The compiled server stands as deep in the tree as its source. */
const PROJECT = fileURLToPath(new URL("../../../../", import.meta.url));

/** The printed documents that are not as printed. @param documents by their path in the project */
export async function differingDocuments(documents: ReadonlyMap<string, string>): Promise<string[]> {
  const differing: string[] = [];
  for (const [path, text] of documents) if ((await read(path)) !== text) differing.push(path);
  return differing;
}

/** Writes what differs, and only that. */
export async function writeDocuments(documents: ReadonlyMap<string, string>): Promise<string[]> {
  const differing = await differingDocuments(documents);
  for (const path of differing) {
    await mkdir(dirname(join(PROJECT, path)), { recursive: true });
    await writeFile(join(PROJECT, path), documents.get(path) ?? "");
  }
  return differing;
}

async function read(path: string): Promise<string | null> {
  return readFile(join(PROJECT, path), "utf8").catch(() => null);
}
