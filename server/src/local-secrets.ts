import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "./base/config.ts";
import { Secret } from "./base/secret.ts";

export interface LocalSecrets {
  config: Config;
  /** The file with the admin key that was made here; null where the operator has set his own. */
  adminKeyFile: string | null;
}

/**
 * What an operator would set, a developer's own machine makes for itself at the first start and keeps in the data
 * folder, for nobody but its owner to read: the admin key, and what API keys are hashed and sealed under.
 */
export async function fillInSecrets(config: Config): Promise<LocalSecrets> {
  if (config.identity.kind === "clerk") return { config, adminKeyFile: null };
  const { dataFolder, adminKeys, keyMaterial } = config;
  const admin = adminKeys.length > 0 ? null : await keepSecret(dataFolder, "admin-key", makeText);
  const pepper = await keepSecret(dataFolder, "api-key-pepper", makeKey);
  const encryptionKey = await keepSecret(dataFolder, "api-key-encryption-key", makeKey);
  const { peppers, encryptionKeys } = keyMaterial;
  return {
    config: {
      ...config,
      adminKeys: admin === null ? adminKeys : [admin.secret],
      keyMaterial: {
        peppers: peppers.length > 0 ? peppers : [pepper.secret],
        encryptionKeys: encryptionKeys.length > 0 ? encryptionKeys : [encryptionKey.secret],
      },
    },
    adminKeyFile: admin?.file ?? null,
  };
}

const makeText = (): string => randomBytes(24).toString("base64url");
const makeKey = (): string => randomBytes(32).toString("base64");

async function keepSecret(
  folder: string,
  name: string,
  make: () => string,
): Promise<{ secret: Secret; file: string }> {
  const file = join(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    // Fails where the file is there already, so that of two first starts one secret is kept.
    await writeFile(file, `${make()}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return { secret: new Secret((await readFile(file, "utf8")).trim()), file };
}
