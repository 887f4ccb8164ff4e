import type { AnyRouter } from "@trpc/server";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { printOpenApi } from "../../rest/openapi/document.ts";
import { writeDiffering } from "./client-folder.ts";
import { printClient } from "./print-client.ts";
import { printPermissions } from "./print-permissions.ts";

export interface GenerateOptions {
  router: AnyRouter;
  /** Where the client is written. What stands in its folder `generated` belongs to us and is overwritten. */
  folder: string;
}

/**
 * Writes the typed client of a product: the sources of `@gatehouse/client` with the product's own procedures, errors and
 * roles in `generated`, and beside them `openapi.json` and `permissions.md`, which says who may do what. The sources need
 * `@trpc/client` and `@trpc/server` and nothing of ours.
 *
 * The same router gives the same files, so that they can be committed and compared.
 */
export async function generateClient({ router, folder }: GenerateOptions): Promise<void> {
  const printed = [...printClient(router)].map(([name, text]) => [name, forEveryCompiler(text)] as const);
  await writeDiffering(new Map(printed), join(folder, "generated"));
  for (const [name, text] of await readRuntime()) await write(join(folder, name), forEveryCompiler(text));
  await write(join(folder, "openapi.json"), printOpenApi(router));
  await write(join(folder, "permissions.md"), printPermissions(router));
}

/** The sources of our own client that its entry leads to, without what is printed. */
async function readRuntime(): Promise<Map<string, string>> {
  const source = join(dirname(fileURLToPath(import.meta.resolve("@gatehouse/client/package.json"))), "src");
  const found = new Map<string, string>();
  const waiting = ["index.ts"];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const text = await readFile(join(source, name), "utf8");
    found.set(name, text);
    for (const [, next = ""] of text.matchAll(/from "\.\/([\w-]+\.ts)"/g)) waiting.push(next);
  }
  return found;
}

/** Compilers need a setting to import `.ts`, and none to import `.js` and mean it. */
function forEveryCompiler(text: string): string {
  return text.replaceAll(/(from "\.\.?\/[\w/-]+)\.ts"/g, '$1.js"');
}

/** Only what differs: watchers and incremental builds look at the time of a file. */
async function write(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => null)) === text) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
