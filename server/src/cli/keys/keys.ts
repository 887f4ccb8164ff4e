import { CreateApiKey, ROLE_PERMISSIONS } from "@gatehouse/shared";
import { parseArgs } from "node:util";
import { SYSTEM_ACTOR } from "../../access/actor.ts";
import { readConfig } from "../../base/config.ts";
import type { Config } from "../../base/config.ts";
import type { Database } from "../../database/open.ts";
import { createKeyWithin } from "../../features/api-keys/create.ts";
import { openKeyVault } from "../../identity/key-vault.ts";
import { fillInSecrets } from "../../local-secrets.ts";
import type { Command } from "../run-command.ts";
import { withDatabase } from "../with-database.ts";

/** An API key without the API, for self-hosted set-ups. The key stands alone on standard output. */
export const keys: Command = {
  does: "makes an API key without the API",
  usage: `keys create --workspace <id or slug> --name <name> --scopes <scope,scope> --tier <tier>
         [--jwt-signing] [--expires-at <instant>] [--ip-allow <address,network>]`,
  run: async ({ words, env, migrations, print, say }) => {
    const { workspace, input } = readWishes(words);
    const { config } = await fillInSecrets(readConfig(env));
    return withDatabase(config, migrations, async ({ db }) => {
      const { secret, start } = await createKey(db, config, { workspace, input });
      say(`Made the key ${start}…. It is shown once:`);
      print(secret);
      return 0;
    });
  },
};

function readWishes(words: readonly string[]): { workspace: string; input: CreateApiKey } {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      workspace: { type: "string" },
      name: { type: "string" },
      scopes: { type: "string", default: "" },
      tier: { type: "string" },
      "jwt-signing": { type: "boolean", default: false },
      "expires-at": { type: "string" },
      "ip-allow": { type: "string" },
    },
  });
  if (positionals.join(" ") !== "create") throw new Error("Say what to do: create.");
  if (values.workspace === undefined) throw new Error("--workspace is needed.");
  const input = readInput({
    name: values.name,
    scopes: listOf(values.scopes),
    tier: values.tier,
    jwtSigning: values["jwt-signing"],
    ...(values["expires-at"] === undefined ? {} : { expiresAt: values["expires-at"] }),
    ...(values["ip-allow"] === undefined ? {} : { ipAllow: listOf(values["ip-allow"]) }),
  });
  return { workspace: values.workspace, input };
}

async function createKey(
  db: Database,
  config: Config,
  { workspace: name, input }: { workspace: string; input: CreateApiKey },
) {
  const isId = /^[\da-f-]{36}$/i.test(name);
  const workspace = await db.workspace.findFirst({
    where: { deletedAt: null, ...(isId ? { id: name.toLowerCase() } : { slug: name }) },
    // The owner who has been there longest answers for the key.
    include: { members: { where: { role: "owner" }, orderBy: { joinedAt: "asc" }, take: 1 } },
  });
  const owner = workspace?.members[0];
  if (workspace === null || owner === undefined)
    throw new Error("There is no such workspace, or it has no owner.");
  const bounds = {
    ownerId: owner.userId,
    granted: ROLE_PERMISSIONS.owner,
    tier: workspace.tier,
    expiresAt: null,
    ipAllow: [],
  };
  return createKeyWithin(bounds, {
    ctx: {
      db,
      now: () => new Date(),
      requestId: "gatehouse keys",
      limits: config.limits,
      actor: SYSTEM_ACTOR,
      workspace,
    },
    input,
    maker: { vault: openKeyVault(config.keyMaterial), environment: config.keyEnvironment },
  });
}

function readInput(written: object): CreateApiKey {
  const { data, error } = CreateApiKey.safeParse(written);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new Error(`--${String(issue?.path[0] ?? "")}: ${issue?.message ?? "is not valid"}`);
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
