import { createClient } from "@gatehouse/client";
import type { Permission, Api } from "@gatehouse/client";
import { describe, expect, test } from "vitest";
import { forge, goodClaims, kidOf } from "../support/key-tokens.ts";
import { openWorld } from "../support/world.ts";

const SOON = "2098-01-01T00:00:00.000Z";

async function makeKey(
  { api, workspaceId, scopes = ["projects:read"] }: { api: Api; workspaceId: string; scopes?: Permission[] },
  more: { expiresAt?: string; ipAllow?: string[]; jwtSigning?: boolean } = {},
) {
  return api.apiKeys.create.mutate({ workspaceId, name: "A key", scopes, tier: "lite", ...more });
}

describe("a key that manages keys cannot take over another one by giving it a new secret", () => {
  test("that lives longer than itself", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const forever = await makeKey({ api: ada, workspaceId });
    const scopes: Permission[] = ["apiKeys:manage", "projects:read"];
    const maker = await makeKey({ api: ada, workspaceId, scopes }, { expiresAt: SOON });
    const { apiKeys } = createClient({ url: server.url, apiKey: maker.secret });

    await expect(apiKeys.rotate.mutate({ apiKeyId: forever.id })).toBeRefused("FORBIDDEN");

    const old = createClient({ url: server.url, apiKey: forever.secret });
    expect((await old.projects.list.query()).items).toEqual([]);
    expect((await ada.apiKeys.get.query({ workspaceId, apiKeyId: forever.id })).replaced).toBeNull();
    // Its own secret it may replace.
    await apiKeys.rotate.mutate({ apiKeyId: maker.id });
  });

  test("that may be used from more addresses", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const anywhere = await makeKey({ api: ada, workspaceId });
    const scopes: Permission[] = ["apiKeys:manage", "projects:read"];
    const maker = await makeKey({ api: ada, workspaceId, scopes }, { ipAllow: ["127.0.0.1", "::1"] });
    const { apiKeys } = createClient({ url: server.url, apiKey: maker.secret });

    await expect(apiKeys.rotate.mutate({ apiKeyId: anywhere.id })).toBeRefused("FORBIDDEN");

    expect((await ada.apiKeys.get.query({ workspaceId, apiKeyId: anywhere.id })).replaced).toBeNull();
  });

  test("even the one that signed it: a token of five minutes does not become a key for ever", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const signer = await makeKey({ api: ada, workspaceId, scopes: ["apiKeys:manage"] }, { jwtSigning: true });
    const header = { alg: "HS256", typ: "JWT", kid: kidOf(signer.secret) };
    const { apiKeys } = createClient({
      url: server.url,
      apiKey: forge(header, goodClaims(), signer.secret),
    });

    await expect(apiKeys.rotate.mutate({ apiKeyId: signer.id })).toBeRefused("FORBIDDEN");

    expect((await ada.apiKeys.get.query({ workspaceId, apiKeyId: signer.id })).replaced).toBeNull();
  });
});

test("an admin does not bring an owner's key back to life, nor open it to more addresses", async () => {
  const { ada, bob, workspaceId, server } = await openWorld({ ada: "owner", bob: "admin" });
  const { id: apiKeyId } = await makeKey(
    { api: ada, workspaceId, scopes: ["workspace:delete"] },
    { expiresAt: SOON, ipAllow: ["203.0.113.7"] },
  );
  const { db } = server.running.services.database;
  const expired = new Date("2020-01-01");
  await db.apiKey.update({ where: { id: apiKeyId }, data: { expiresAt: expired } });

  const change = (changes: object) => bob.apiKeys.update.mutate({ workspaceId, apiKeyId, ...changes });
  await expect(change({ expiresAt: null })).toBeRefused("SCOPE_NOT_HELD");
  await expect(change({ expiresAt: SOON })).toBeRefused("SCOPE_NOT_HELD");
  await expect(change({ ipAllow: [] })).toBeRefused("SCOPE_NOT_HELD");
  await expect(change({ ipAllow: ["203.0.113.7", "198.51.100.1"] })).toBeRefused("SCOPE_NOT_HELD");

  expect(await ada.apiKeys.get.query({ workspaceId, apiKeyId })).toMatchObject({
    expiresAt: expired.toISOString(),
    ipAllow: ["203.0.113.7"],
  });
});
