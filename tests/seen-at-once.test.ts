import type { ErrorCode } from "@gatehouse/shared";
import { signToken } from "@gatehouse/client/sign-token";
import { createClient } from "@gatehouse/client";
import type { WorkspaceApi } from "@gatehouse/client";
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { makeKeyText } from "../server/src/identity/key-text.ts";
import type { TestServer } from "./support/server.ts";
import { openWorld, openWorkspace } from "./support/world.ts";
import type { Person, World } from "./support/world.ts";

/** Ada owns the workspace and a key, Bob is a member, and a machine has been let in. */
let story: World<"ada" | "bob">;
let ada: Person;
let bob: Person;
let server: TestServer;
let workspaceId: string;
let apiKeyId: string;
let keyed: WorkspaceApi;
let signed: WorkspaceApi;
let machine: ReturnType<TestServer["as"]>;
const machineId = `mch_${randomUUID().replaceAll("-", "")}`;

beforeAll(async () => {
  story = await openWorld({ ada: "owner", bob: "member" });
  ({
    server,
    workspaceId,
    people: { ada, bob },
  } = story);
  const scopes = ["projects:read" as const];
  const key = await ada.api.apiKeys.create.mutate({
    workspaceId,
    name: "K",
    scopes,
    tier: "lite",
    jwtSigning: true,
  });
  apiKeyId = key.id;
  keyed = createClient({ url: server.url, apiKey: key.secret });
  signed = createClient({
    url: server.url,
    apiKey: await signToken({ apiKey: key.secret, subject: "somebody", expiresInSeconds: 3_600 }),
  });
  machine = server.as(await server.clerk.mint({ kind: "m2m", sub: machineId }));
  await ada.api.members.addMachine.mutate({ workspaceId, machineId, role: "member" });
});

/** What somebody does who was let in a moment ago. */
const ASKS = {
  "Bob reads": () => bob.api.projects.list.query({ workspaceId }),
  "Bob writes": () => bob.api.projects.create.mutate({ workspaceId, name: "Atlas" }),
  "Bob asks for himself": () => bob.api.me.get.query(),
  "a key reads": () => keyed.projects.list.query({}),
  "a signed token reads": () => signed.projects.list.query({}),
  "a machine reads": () => machine.projects.list.query({ workspaceId }),
};
type Ask = keyof typeof ASKS;

/** As somebody at a psql prompt. */
async function sql(text: string): Promise<void> {
  const named = text
    .replaceAll(":bobAtClerk", `'${bob.clerkId}'`)
    .replaceAll(":bob", `'${bob.userId}'`)
    .replaceAll(":ada", `'${ada.userId}'`)
    .replaceAll(":session", `'${bob.sessionId}'`)
    .replaceAll(":workspace", `'${workspaceId}'`)
    .replaceAll(":machine", `'${machineId}'`)
    .replaceAll(":key", `'${apiKeyId}'`);
  await server.running.services.database.pool.query(named);
}

function hits(): number {
  const { callers, identity } = server.running.services;
  const counts = { ...callers.counts(), ...identity.keys.memory.counts() };
  return Object.values(counts).reduce((sum, { hits: each }) => sum + each, 0);
}

/** Whoever asks is remembered, and is refused all the same at his next call, and let in again at the one after. */
async function isSeen(
  ask: Ask,
  code: ErrorCode,
  change: () => Promise<unknown>,
  undo: () => Promise<unknown>,
) {
  await ASKS[ask]();
  const before = hits();
  await ASKS[ask]();
  expect(hits()).toBeGreaterThan(before);

  await change();
  await expect(ASKS[ask]()).toBeRefused(code);
  await undo();
  await ASKS[ask]();
}

describe("what is written in SQL is obeyed by the next call", () => {
  const MEMBER =
    "INSERT INTO workspace_members (workspace_id, user_id, role) VALUES (:workspace, :bob, 'member')";
  test.each<[Ask, ErrorCode, string, string]>([
    [
      "Bob reads",
      "USER_BANNED",
      "UPDATE users SET banned = true WHERE id = :bob",
      "UPDATE users SET banned = false",
    ],
    [
      "Bob reads",
      "USER_BANNED",
      "UPDATE users SET locked = true WHERE id = :bob",
      "UPDATE users SET locked = false",
    ],
    [
      "Bob asks for himself",
      "UNAUTHORIZED",
      "UPDATE users SET deleted_at = now() WHERE id = :bob",
      "UPDATE users SET deleted_at = NULL",
    ],
    [
      "Bob reads",
      "SESSION_REVOKED",
      `INSERT INTO sessions (id, clerk_user_id, status, clerk_updated_at) VALUES (:session, :bobAtClerk, 'revoked', now())
       ON CONFLICT (id) DO UPDATE SET status = 'revoked'`,
      "UPDATE sessions SET status = 'active' WHERE id = :session",
    ],
    [
      "Bob writes",
      "FORBIDDEN",
      "UPDATE workspace_members SET role = 'viewer' WHERE user_id = :bob",
      "UPDATE workspace_members SET role = 'member' WHERE user_id = :bob",
    ],
    ["Bob reads", "FORBIDDEN", "DELETE FROM workspace_members WHERE user_id = :bob", MEMBER],
    [
      "Bob reads",
      "FORBIDDEN",
      "UPDATE workspaces SET deleted_at = now() WHERE id = :workspace",
      "UPDATE workspaces SET deleted_at = NULL WHERE id = :workspace",
    ],
    [
      "a machine reads",
      "FORBIDDEN",
      "UPDATE workspaces SET deleted_at = now() WHERE id = :workspace",
      "UPDATE workspaces SET deleted_at = NULL WHERE id = :workspace",
    ],
    [
      "a machine reads",
      "FORBIDDEN",
      "UPDATE workspace_machines SET machine_id = 'mch_another' WHERE machine_id = :machine",
      "UPDATE workspace_machines SET machine_id = :machine WHERE machine_id = 'mch_another'",
    ],
    ...(["a key reads", "a signed token reads"] as const).flatMap(
      (ask): [Ask, ErrorCode, string, string][] => [
        [
          ask,
          "INVALID_API_KEY",
          "UPDATE api_keys SET revoked_at = now() WHERE id = :key",
          "UPDATE api_keys SET revoked_at = NULL WHERE id = :key",
        ],
        [
          ask,
          "INVALID_API_KEY",
          "UPDATE api_keys SET ip_allow = '{203.0.113.9}' WHERE id = :key",
          "UPDATE api_keys SET ip_allow = '{}' WHERE id = :key",
        ],
        [
          ask,
          "SCOPE_NOT_HELD",
          "UPDATE api_keys SET scopes = '{members:read}' WHERE id = :key",
          "UPDATE api_keys SET scopes = '{projects:read}' WHERE id = :key",
        ],
        [
          ask,
          "INVALID_API_KEY",
          "UPDATE api_key_secrets SET ends_at = now() WHERE api_key_id = :key",
          "UPDATE api_key_secrets SET ends_at = NULL WHERE api_key_id = :key",
        ],
        [
          ask,
          "INVALID_API_KEY",
          "UPDATE users SET banned = true WHERE id = :ada",
          "UPDATE users SET banned = false WHERE id = :ada",
        ],
        [
          ask,
          "FORBIDDEN",
          "UPDATE workspaces SET deleted_at = now() WHERE id = :workspace",
          "UPDATE workspaces SET deleted_at = NULL WHERE id = :workspace",
        ],
      ],
    ),
  ])("%s: %s after %s", async (ask, code, change, undo) => {
    await isSeen(
      ask,
      code,
      () => sql(change),
      () => sql(undo),
    );
  });

  test("of very many people at once", async () => {
    await isSeen(
      "Bob reads",
      "USER_BANNED",
      async () => {
        await sql(`INSERT INTO users (id, clerk_id, clerk_updated_at, updated_at)
                   SELECT gen_random_uuid(), 'user_many' || n, now(), now() FROM generate_series(1, 200) n`);
        await ASKS["Bob reads"]();
        await sql("UPDATE users SET banned = true WHERE clerk_id LIKE 'user_many%' OR id = :bob");
      },
      () => sql("UPDATE users SET banned = false"),
    );
  });

  test("but not when it is taken back", async () => {
    const { pool } = server.running.services.database;
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query("UPDATE users SET banned = true WHERE id = $1", [bob.userId]);
    await client.query("ROLLBACK");
    client.release();
    await ASKS["Bob reads"]();
  });
});

describe("what is changed through the API is obeyed by the next call", () => {
  test.each<[string, Ask, ErrorCode, () => Promise<unknown>, () => Promise<unknown>]>([
    [
      "an admin bans him",
      "Bob reads",
      "USER_BANNED",
      () => server.admin.admin.users.ban.mutate({ userId: bob.userId }),
      async () => {
        await server.admin.admin.users.unban.mutate({ userId: bob.userId });
        await server.clerk.settled();
        // Clerk has ended it with the ban.
        await sql("UPDATE sessions SET status = 'active' WHERE id = :session");
      },
    ],
    [
      "he becomes a viewer",
      "Bob writes",
      "FORBIDDEN",
      () => ada.api.members.updateRole.mutate({ workspaceId, userId: bob.userId, role: "viewer" }),
      () => ada.api.members.updateRole.mutate({ workspaceId, userId: bob.userId, role: "member" }),
    ],
    [
      "the workspace is deleted",
      "Bob reads",
      "FORBIDDEN",
      () => ada.api.workspaces.delete.mutate({ workspaceId }),
      () => ada.api.workspaces.restore.mutate({ workspaceId }),
    ],
    [
      "the key loses its scope",
      "a signed token reads",
      "SCOPE_NOT_HELD",
      () => ada.api.apiKeys.update.mutate({ workspaceId, apiKeyId, scopes: ["members:read"] }),
      () => ada.api.apiKeys.update.mutate({ workspaceId, apiKeyId, scopes: ["projects:read"] }),
    ],
    [
      "the machine is sent away",
      "a machine reads",
      "FORBIDDEN",
      () => ada.api.members.removeMachine.mutate({ workspaceId, machineId }),
      () => ada.api.members.addMachine.mutate({ workspaceId, machineId, role: "member" }),
    ],
    [
      "he is removed",
      "Bob reads",
      "FORBIDDEN",
      () => ada.api.members.remove.mutate({ workspaceId, userId: bob.userId }),
      () =>
        sql(
          "INSERT INTO workspace_members (workspace_id, user_id, role) VALUES (:workspace, :bob, 'member')",
        ),
    ],
  ])("%s", async (_what, ...told) => {
    await isSeen(...told);
  });

  test("a key's old secret ends with its grace, and a revoked key at once", async () => {
    const { id, secret } = await ada.api.apiKeys.create.mutate({
      workspaceId,
      name: "Short",
      scopes: ["projects:read"],
      tier: "lite",
    });
    const old = createClient({ url: server.url, apiKey: secret });
    for (const _ of [1, 2]) await old.projects.list.query({});

    const next = await ada.api.apiKeys.rotate.mutate({ workspaceId, apiKeyId: id, graceSeconds: 0 });
    await expect(old.projects.list.query({})).toBeRefused("INVALID_API_KEY");
    const young = createClient({ url: server.url, apiKey: next.secret });
    for (const _ of [1, 2]) await young.projects.list.query({});

    await ada.api.apiKeys.revoke.mutate({ workspaceId, apiKeyId: id });
    await expect(young.projects.list.query({})).toBeRefused("INVALID_API_KEY");
  });

  test("what is shown is what was written", async () => {
    for (const name of ["First", "Second"]) {
      await ada.api.workspaces.update.mutate({ workspaceId, name });
      expect((await bob.api.workspaces.get.query({ workspaceId })).name).toBe(name);
    }
    const { code } = await server.admin.admin.accessCodes.create.mutate({});
    await sql("UPDATE users SET has_product_access = false WHERE id = :bob");
    expect((await bob.api.me.get.query()).hasProductAccess).toBe(false);
    await bob.api.accessCodes.redeem.mutate({ code });
    expect((await bob.api.me.get.query()).hasProductAccess).toBe(true);
  });
});

test("a caller who is remembered costs no statement, and one who is not costs one", async () => {
  const { pool, changes } = server.running.services.database;
  // Written once a second, beside whatever is asked.
  const beside = new Set<unknown>(["count_calls", "note_key_use", "rehash_key"]);
  const statements = async (ask: () => Promise<unknown>): Promise<number> => {
    const asked = vi.spyOn(pool, "query");
    await ask();
    const names = asked.mock.calls.map(([question]) => (question as unknown as { name?: string }).name);
    asked.mockRestore();
    return names.filter((name) => !beside.has(name)).length;
  };
  const me = ASKS["Bob asks for himself"];
  const list = ASKS["Bob reads"];
  const counted: Record<string, number> = {};
  for (const [name, ask] of Object.entries({ me, list })) {
    changes.tellOwn("all");
    counted[`${name}, cold`] = await statements(ask);
    counted[`${name}, warm`] = await statements(ask);
  }
  changes.tellOwn("all");
  counted["two lists at once, cold"] = await statements(() => Promise.all([list(), list()]));
  changes.tellOwn("all");
  counted["a key's list, cold"] = await statements(ASKS["a key reads"]);
  counted["a key's list, warm"] = await statements(ASKS["a key reads"]);

  // The list itself is one.
  expect(counted).toEqual({
    "me, cold": 1,
    "me, warm": 0,
    "list, cold": 2,
    "list, warm": 1,
    "two lists at once, cold": 3,
    "a key's list, cold": 2,
    "a key's list, warm": 1,
  });
});

test("whoever asks about workspaces that he is not in is refused each time, and nothing gathers", async () => {
  const elsewhere = await openWorkspace(ada.userId, "owner");
  await ASKS["Bob reads"]();
  const before = server.running.services.callers.counts().callers.remembered;

  for (const each of [elsewhere, elsewhere, ...Array.from({ length: 20 }, () => randomUUID())])
    await expect(bob.api.projects.list.query({ workspaceId: each })).toBeRefused("FORBIDDEN");

  expect(server.running.services.callers.counts().callers.remembered).toBe(before);
});

test("a key that is guessed at is looked up each time: only who has all of it is remembered", async () => {
  await ASKS["a key reads"]();
  const { keyEnvironment } = server.running.services.config;
  const { keys: before } = server.running.services.identity.keys.memory.counts();
  const guess = createClient({ url: server.url, apiKey: makeKeyText(apiKeyId, keyEnvironment) });

  for (const _ of [1, 2, 3]) await expect(guess.projects.list.query({})).toBeRefused("INVALID_API_KEY");

  const { keys: after } = server.running.services.identity.keys.memory.counts();
  expect([after.misses - before.misses, after.remembered - before.remembered]).toEqual([3, 0]);
});
