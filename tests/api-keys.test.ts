import { createClient } from "@gatehouse/client";
import { describe, expect, test } from "vitest";
import { makeKeyText } from "../server/src/identity/key-text.ts";
import { post, send } from "./support/raw.ts";
import { openWorld } from "./support/world.ts";

const FAR = "2099-01-01T00:00:00.000Z";

function withKey(url: string, apiKey: string) {
  return createClient({ url, apiKey });
}

describe("a key", () => {
  test("is shown once, acts in its own workspace and needs not name it", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    // When it was last used may be written at any moment after its first use.
    const {
      secret,
      lastUsedAt: _at,
      lastUsedAddress: _from,
      ...key
    } = await ada.apiKeys.create.mutate({
      workspaceId,
      name: "CI",
      scopes: ["projects:read", "projects:write"],
      tier: "lite",
    });
    expect(secret).toMatch(/^gk_test_[0-9A-Za-z]{22}_[0-9A-Za-z]{28}_[0-9A-Za-z]{4}$/);
    expect(secret.startsWith(key.start)).toBe(true);

    const ci = withKey(server.url, secret);
    const atlas = await ci.projects.create.mutate({ name: "Atlas" });
    expect(atlas.workspaceId).toBe(workspaceId);
    expect((await ada.projects.list.query({ workspaceId })).items).toEqual([atlas]);

    const whoami = await send("/trpc/auth.whoami", { token: secret });
    expect(whoami.json).toMatchObject({
      result: { data: { kind: "apiKey", subject: key.id, tier: "lite", expiresAt: null } },
    });
    expect(await ada.apiKeys.get.query({ workspaceId, apiKeyId: key.id })).toMatchObject(key);
    const seen = JSON.stringify(await ada.apiKeys.list.query({ workspaceId }));
    expect(seen).toContain(key.start);
    expect(seen).not.toContain(secret.slice(-20));
  });

  test("may do what its scopes say and nothing else, and the refusal names the scope", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const { secret } = await makeKey(ada, workspaceId, ["projects:read"]);

    const refusal = await withKey(server.url, secret).projects.create.mutate({ name: "Atlas" }).catch(String);

    expect(refusal).toContain("projects:write");
    await expect(withKey(server.url, secret).projects.create.mutate({ name: "Atlas" })).toBeRefused(
      "SCOPE_NOT_HELD",
    );
    expect((await ada.projects.list.query({ workspaceId })).items).toEqual([]);
  });

  test("is refused in another workspace, whether that exists or not", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const other = await openWorld({ eve: "owner" });
    const { secret } = await makeKey(ada, workspaceId, ["projects:read"]);
    for (const elsewhere of [other.workspaceId, "0199c0f4-0000-7000-8000-000000000000"]) {
      const input = encodeURIComponent(JSON.stringify({ workspaceId: elsewhere }));
      const answer = await send(`/trpc/projects.list?input=${input}`, { token: secret });
      expect([answer.status, answer.code]).toEqual([403, "FORBIDDEN"]);
    }
  });

  test("is not a user: what needs one is closed to it", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const { secret } = await makeKey(ada, workspaceId, ["projects:read"]);
    expect((await send("/trpc/me.get", { token: secret })).code).toBe("FORBIDDEN");
    expect((await send("/trpc/admin.accessCodes.list", { token: secret })).code).toBe("INVALID_ADMIN_KEY");
  });

  test("is no credential in a URL, a body or the header for admins", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const { secret } = await makeKey(ada, workspaceId, ["projects:read"]);
    const input = encodeURIComponent(JSON.stringify({ workspaceId }));
    expect(
      (await send(`/trpc/projects.list?input=${input}&token=${secret}&access_token=${secret}`)).status,
    ).toBe(401);
    expect((await post("projects.create", { name: "Atlas", token: secret })).status).toBe(401);
    const admin = await send("/trpc/admin.accessCodes.list", { headers: { "x-admin-key": secret } });
    expect(admin.code).toBe("INVALID_ADMIN_KEY");
  });
});

describe("a bad key gets one answer", () => {
  test("whatever is wrong with it", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const { db } = server.running.services.database;
    const good = await makeKey(ada, workspaceId, ["projects:read"]);
    const revoked = await makeKey(ada, workspaceId, ["projects:read"]);
    await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId: revoked.id });
    const expired = await makeKey(ada, workspaceId, ["projects:read"]);
    await db.apiKey.update({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1_000) } });
    const elsewhere = await makeKey(ada, workspaceId, ["projects:read"], {
      ipAllow: ["10.0.0.0/8", "2001:db8::/32"],
    });

    const answers = await Promise.all(
      [
        revoked.secret,
        expired.secret,
        elsewhere.secret,
        makeKeyText(good.id, "test"),
        makeKeyText("0199c0f4-0000-7000-8000-000000000000", "test"),
        makeKeyText(good.id, "live"),
        good.secret.slice(0, -1),
        good.secret.slice(0, 40),
        `${good.secret}x`,
        good.secret.replace("gk_test_", "gk_live_"),
        swapTwo(good.secret),
        "gk_",
        "gk_test___",
      ].map((token) => send("/trpc/projects.list", { token })),
    );

    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(withoutRequestId(answer.text)).toBe(withoutRequestId(answers[0]!.text));
    }
    expect(answers[0]).toMatchObject({ code: "INVALID_API_KEY", reason: null });
    expect(answers[0]!.text).toContain("Invalid API key");
    expect((await send("/trpc/projects.list", { token: good.secret })).status).toBe(200);
  });

  test("and a mistyped one costs no query", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const { secret } = await makeKey(ada, workspaceId, ["projects:read"]);
    const { pool } = server.running.services.database;
    const asked: unknown[] = [];
    const query = pool.query.bind(pool);
    pool.query = ((...question: Parameters<typeof query>) => {
      asked.push(question[0]);
      return query(...question);
    }) as typeof pool.query;

    expect((await send("/trpc/projects.list", { token: swapTwo(secret) })).status).toBe(401);

    pool.query = query;
    // What the server counts in the meantime has nothing to do with the key.
    expect(asked.filter((each) => JSON.stringify(each).includes("api_keys"))).toEqual([]);
  });
});

describe("what a key may do follows its owner", () => {
  test("who is demoted, removed, banned or deleted: at the next request", async () => {
    const { ada, mel, workspaceId, server, people } = await openWorld({ ada: "owner", mel: "admin" });
    const { db } = server.running.services.database;
    const { secret } = await makeKey(mel, workspaceId, ["projects:read", "projects:write"]);
    const write = () => withKey(server.url, secret).projects.create.mutate({ name: "Atlas" });
    const mels = { workspaceId_userId: { workspaceId, userId: people.mel.userId } };
    await write();

    await db.workspaceMember.update({ where: mels, data: { role: "viewer" } });
    await expect(write()).toBeRefused("SCOPE_NOT_HELD");
    expect((await withKey(server.url, secret).projects.list.query()).items).toHaveLength(1);

    await db.workspaceMember.delete({ where: mels });
    await expect(withKey(server.url, secret).projects.list.query()).toBeRefused("SCOPE_NOT_HELD");

    await db.workspaceMember.create({ data: { workspaceId, userId: people.mel.userId, role: "admin" } });
    await write();
    await db.user.update({ where: { id: people.mel.userId }, data: { banned: true } });
    await expect(write()).toBeRefused("INVALID_API_KEY");
    await db.user.update({
      where: { id: people.mel.userId },
      data: { banned: false, deletedAt: new Date() },
    });
    await expect(write()).toBeRefused("INVALID_API_KEY");

    expect((await ada.projects.list.query({ workspaceId })).items).toHaveLength(2);
  });

  test("and the workspace: closed, it is closed to its keys, too", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const { secret } = await makeKey(ada, workspaceId, ["projects:read"]);
    await server.running.services.database.db.workspace.update({
      where: { id: workspaceId },
      data: { deletedAt: new Date() },
    });
    await expect(withKey(server.url, secret).projects.list.query()).toBeRefused("FORBIDDEN");
  });

  test("and its tier: never above the workspace's", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const { workspace } = server.running.services.database.db;
    await expect(makeKey(ada, workspaceId, ["projects:read"], { tier: "standard" })).toBeRefused(
      "TIER_REQUIRED",
    );
    await workspace.update({ where: { id: workspaceId }, data: { tier: "professional" } });
    const { secret } = await makeKey(ada, workspaceId, ["projects:read"], { tier: "standard" });
    const tier = async () => (await send("/trpc/auth.whoami", { token: secret })).json;
    expect(await tier()).toMatchObject({ result: { data: { tier: "standard" } } });
    await workspace.update({ where: { id: workspaceId }, data: { tier: "lite" } });
    expect(await tier()).toMatchObject({ result: { data: { tier: "lite" } } });
  });
});

describe("nobody makes a key with more than he has", () => {
  test("not an admin, who may not delete the workspace", async () => {
    const { ada, bob, workspaceId } = await openWorld({ ada: "owner", bob: "admin" });
    await expect(makeKey(bob, workspaceId, ["workspace:delete"])).toBeRefused("SCOPE_NOT_HELD");
    const owners = await makeKey(ada, workspaceId, ["workspace:delete"]);
    await expect(bob.apiKeys.rotate.mutate({ workspaceId, apiKeyId: owners.id })).toBeRefused(
      "SCOPE_NOT_HELD",
    );
    const mine = await makeKey(bob, workspaceId, ["projects:read"]);
    await expect(
      bob.apiKeys.update.mutate({ workspaceId, apiKeyId: mine.id, scopes: ["workspace:delete"] }),
    ).toBeRefused("SCOPE_NOT_HELD");
    expect(await bob.apiKeys.get.query({ workspaceId, apiKeyId: mine.id })).toMatchObject({
      scopes: ["projects:read"],
    });
    // Taking away is open to him, and so is ending it.
    await bob.apiKeys.update.mutate({ workspaceId, apiKeyId: owners.id, name: "Renamed" });
    await bob.apiKeys.revoke.mutate({ workspaceId, apiKeyId: owners.id });
  });

  test("not a key: neither more scopes, nor a longer life, nor more addresses", async () => {
    const { ada, workspaceId, server, people } = await openWorld({ ada: "owner" });
    const maker = await makeKey(ada, workspaceId, ["apiKeys:manage", "apiKeys:read", "projects:read"], {
      expiresAt: "2098-01-01T00:00:00.000Z",
      ipAllow: ["127.0.0.1", "::1"],
    });
    const { apiKeys } = withKey(server.url, maker.secret);
    const plain = { name: "Child", scopes: ["projects:read" as const], tier: "lite" as const };

    await expect(apiKeys.create.mutate({ ...plain, scopes: ["projects:write"] })).toBeRefused(
      "SCOPE_NOT_HELD",
    );
    await expect(apiKeys.create.mutate({ ...plain, tier: "professional" })).toBeRefused("TIER_REQUIRED");
    await expect(apiKeys.create.mutate({ ...plain, expiresAt: FAR })).toBeRefused("VALIDATION_FAILED");
    await expect(apiKeys.create.mutate({ ...plain, ipAllow: [] })).toBeRefused("VALIDATION_FAILED");
    await expect(apiKeys.update.mutate({ apiKeyId: maker.id, expiresAt: null })).toBeRefused(
      "VALIDATION_FAILED",
    );
    await expect(apiKeys.update.mutate({ apiKeyId: maker.id, ipAllow: ["0.0.0.0/0"] })).toBeRefused(
      "VALIDATION_FAILED",
    );
    expect((await ada.apiKeys.list.query({ workspaceId })).items).toHaveLength(1);

    const child = await apiKeys.create.mutate(plain);
    expect(child).toMatchObject({
      ownerId: people.ada.userId,
      expiresAt: "2098-01-01T00:00:00.000Z",
      ipAllow: ["127.0.0.1", "::1"],
    });
  });

  test("not a member, who may only look at them", async () => {
    const { ada, mel, workspaceId } = await openWorld({ ada: "owner", mel: "member" });
    const { id } = await makeKey(ada, workspaceId, ["projects:read"]);
    await expect(makeKey(mel, workspaceId, ["projects:read"])).toBeRefused("FORBIDDEN");
    expect((await mel.apiKeys.get.query({ workspaceId, apiKeyId: id })).id).toBe(id);
  });
});

describe("rotation", () => {
  test("gives a new secret, and the old one works until its grace period ends", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const first = await makeKey(ada, workspaceId, ["projects:read"]);
    const second = await ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId: first.id });
    expect(second.id).toBe(first.id);
    expect(second.secret).not.toBe(first.secret);

    await withKey(server.url, first.secret).projects.list.query();
    await withKey(server.url, first.secret).projects.list.query();
    await withKey(server.url, second.secret).projects.list.query();
    const lateCalls = async () => (await ada.apiKeys.get.query({ workspaceId, apiKeyId: first.id })).replaced;
    await expect
      .poll(lateCalls, { timeout: 5_000 })
      .toMatchObject({ start: first.start, uses: 2, lastUsedAddress: "127.0.0.1" });

    await server.running.services.database.db.apiKeySecret.updateMany({
      where: { apiKeyId: first.id, endsAt: { not: null } },
      data: { endsAt: new Date() },
    });
    await expect(withKey(server.url, first.secret).projects.list.query()).toBeRefused("INVALID_API_KEY");
    expect(await lateCalls()).toBeNull();
    await withKey(server.url, second.secret).projects.list.query();
  });

  test("without grace ends the old secret at once; a second one ends the first of three", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const first = await makeKey(ada, workspaceId, ["projects:read"]);
    const apiKeyId = first.id;
    const second = await ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId });
    const third = await ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId });
    await expect(withKey(server.url, first.secret).projects.list.query()).toBeRefused("INVALID_API_KEY");
    await withKey(server.url, second.secret).projects.list.query();

    const fourth = await ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId, graceSeconds: 0 });
    for (const { secret } of [second, third])
      await expect(withKey(server.url, secret).projects.list.query()).toBeRefused("INVALID_API_KEY");
    await withKey(server.url, fourth.secret).projects.list.query();
  });

  test("revoking ends both secrets, and nothing rises from it", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const first = await makeKey(ada, workspaceId, ["projects:read"]);
    const apiKeyId = first.id;
    const second = await ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId });
    const revoked = await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId });
    expect(revoked.revokedAt).not.toBeNull();
    expect(await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId })).toEqual(revoked);
    for (const { secret } of [first, second])
      await expect(withKey(server.url, secret).projects.list.query()).toBeRefused("INVALID_API_KEY");
    await expect(ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId })).toBeRefused("NOT_FOUND");
    await expect(ada.apiKeys.update.mutate({ workspaceId, apiKeyId, name: "Alive" })).toBeRefused(
      "NOT_FOUND",
    );
  });
});

test("a workspace holds as many live keys as its tier allows", async () => {
  const { ada, workspaceId } = await openWorld({ ada: "owner" });
  const keys = [];
  for (let each = 0; each < 10; each++) keys.push(await makeKey(ada, workspaceId, ["projects:read"]));
  await expect(makeKey(ada, workspaceId, ["projects:read"])).toBeRefused("LIMIT_REACHED");
  await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId: keys[0]!.id });
  await makeKey(ada, workspaceId, ["projects:read"]);
});

test("when and from where a key was last used is written beside the requests, at most once a minute", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { id, secret, lastUsedAt } = await makeKey(ada, workspaceId, ["projects:read"]);
  expect(lastUsedAt).toBeNull();
  const lastUse = async () => (await ada.apiKeys.get.query({ workspaceId, apiKeyId: id })).lastUsedAt;

  await withKey(server.url, secret).projects.list.query();
  await expect.poll(lastUse, { timeout: 5_000 }).not.toBeNull();
  const first = await lastUse();
  for (let call = 0; call < 5; call++) await withKey(server.url, secret).projects.list.query();
  expect(await lastUse()).toBe(first);

  await server.running.services.identity.keys.usage.close();
  expect(Date.parse((await lastUse())!)).toBeGreaterThan(Date.parse(first!));
});

type Owner = Awaited<ReturnType<typeof openWorld<"ada">>>["ada"];
type Create = Parameters<Owner["apiKeys"]["create"]["mutate"]>[0];

function makeKey(owner: Owner, workspaceId: string, scopes: Create["scopes"], rest: Partial<Create> = {}) {
  return owner.apiKeys.create.mutate({ workspaceId, name: "A key", scopes, tier: "lite", ...rest });
}

/** As a typing error makes it: two symbols of the secret have changed places. */
function swapTwo(text: string): string {
  const at = text.split("").findIndex((symbol, index) => index > 32 && symbol !== text[index + 1]);
  return text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2);
}

function withoutRequestId(text: string): string {
  return text.replace(/"(requestId|request_id)":"[^"]+"/, "");
}
