import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "./base/secret.ts";

/**
 * The admin key of a server on a developer's own machine: made at the first start, kept in the data folder for
 * nobody but its owner.
 */
export async function keepAdminKey(dataFolder: string): Promise<{ keys: Secret[]; file: string }> {
  const file = join(dataFolder, "admin-key");
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  try {
    // Fails where the file is there already, so that of two first starts one key is kept.
    await writeFile(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return { keys: [new Secret((await readFile(file, "utf8")).trim())], file };
}
