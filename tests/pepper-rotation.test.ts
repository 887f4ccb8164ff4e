import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Secret } from "../server/src/base/secret.ts";
import { openKeyVault } from "../server/src/identity/key-vault.ts";
import type { KeyVault } from "../server/src/identity/key-vault.ts";
import { serveWith } from "./support/server.ts";
import { openWorld } from "./support/world.ts";

const [oldPepper, newPepper] = [newSecret(), newSecret()];
serveWith({ API_KEY_PEPPER: `${newPepper},${oldPepper}` });

test("a key that was stored under the old pepper moves to the new one when it is used", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { db } = server.running.services.database;
  const key = { workspaceId, name: "Old", scopes: ["projects:read" as const], tier: "lite" as const };
  const { id, secret } = await ada.apiKeys.create.mutate(key);
  await db.apiKeySecret.updateMany({ where: { apiKeyId: id }, data: vaultUnder(oldPepper).hash(secret) });

  expect(await server.as(secret).projects.list.query({ workspaceId })).toMatchObject({ items: [] });
  await server.running.services.identity.keys.usage.close();

  const stored = await db.apiKeySecret.findFirstOrThrow({ where: { apiKeyId: id } });
  expect(vaultUnder(newPepper).matches(secret, stored)).toBe(true);
  expect(vaultUnder(oldPepper).matches(secret, stored)).toBe(false);
  expect(await server.as(secret).projects.list.query({ workspaceId })).toMatchObject({ items: [] });
});

function vaultUnder(pepper: string): KeyVault {
  return openKeyVault({ peppers: [new Secret(pepper)], encryptionKeys: [] });
}

function newSecret(): string {
  return randomBytes(32).toString("base64");
}
