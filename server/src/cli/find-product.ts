import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Gatehouse } from "../create-gatehouse.ts";

const Manifest = z.looseObject({ gatehouse: z.string().optional() });

/**
 * The product of a folder, put together: its package.json says under `gatehouse` which file exports it. Without one
 * nothing is guessed: commands that know of no product would leave its tables behind.
 *
 * @throws Error saying what to write into package.json, or what is wrong with the file that it names
 */
export async function findProduct(folder: string): Promise<Pick<Gatehouse, "command">> {
  const name = await readName(join(folder, "package.json"));
  const file = resolve(folder, name);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) throw new Error(`package.json names ${name}, and there is no such file. Build it first.`);
  const exported: Record<string, unknown> = await import(pathToFileURL(file).href);
  const [found, another] = new Set(Object.values(exported).filter(isGatehouse));
  if (found === undefined || another !== undefined)
    throw new Error(`${name} must export what createGatehouse has made, and only one of them.`);
  return found;
}

async function readName(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) throw new Error("There is no package.json here. Go to the folder of the product.");
  const { gatehouse } = Manifest.parse(JSON.parse(text));
  if (gatehouse !== undefined) return gatehouse;
  throw new Error(
    'package.json does not say where the product is. Add "gatehouse": "dist/product.js", the file that exports what createGatehouse has made.',
  );
}

/** The product may bring another copy of this package, so that no class would tell. */
function isGatehouse(value: unknown): value is Pick<Gatehouse, "command"> {
  return typeof value === "object" && value !== null && "listen" in value && "command" in value;
}
