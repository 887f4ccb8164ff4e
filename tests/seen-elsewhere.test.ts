import { createClient } from "@gatehouse/client";
import type { Api, ErrorCode } from "@gatehouse/client";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import type { RunningServer } from "../server/src/start.ts";
import { testOnPostgres } from "./support/database.ts";
import { openSecondNode } from "./support/second-node.ts";
import { testServer } from "./support/server.ts";
import type { TestServer } from "./support/server.ts";
import { openWire } from "./support/wire.ts";
import type { Wire } from "./support/wire.ts";
import { openWorld } from "./support/world.ts";
import type { Person } from "./support/world.ts";

const isOnPostgres = process.env["TEST_DATABASE_URL"] !== undefined;

let here: TestServer;
/** Another server on the same database, whose connections go over a wire of their own. */
let there: RunningServer;
let wire: Wire;
/** Somebody beside both, at a psql prompt. */
let psql: pg.Client;

beforeAll(async () => {
  if (!isOnPostgres) return;
  here = await testServer();
  wire = await openWire(new URL(here.databaseUrl!), "gatehouse changes");
  there = await openSecondNode(here, wire.url);
  psql = new pg.Client(here.databaseUrl!);
  await psql.connect();
});
afterAll(async () => {
  if (!isOnPostgres) return;
  await psql.end();
  await there.stop();
  await wire.close();
});

const isHeard = (on: boolean) =>
  vi.waitFor(() => expect(there.services.database.changes.areHeard()).toBe(on), 10_000);
const elsewhere = (who: Person): Api => createClient({ url: there.url, getToken: () => who.token });
const hits = () => there.services.callers.counts().callers.hits;

/** He calls there until the server answers from memory. */
async function isRemembered(ask: () => Promise<unknown>): Promise<void> {
  await isHeard(true);
  await vi.waitFor(async () => {
    const before = hits();
    await ask();
    expect(hits()).toBeGreaterThan(before);
  }, 10_000);
}

describe("what one server changes, the other obeys", () => {
  const stories: [
    string,
    ErrorCode,
    (people: Record<"ada" | "bob", Person>, workspaceId: string) => Promise<unknown>,
  ][] = [
    ["a ban", "USER_BANNED", ({ bob }) => here.admin.admin.users.ban.mutate({ userId: bob.userId })],
    [
      "a session that is revoked",
      "SESSION_REVOKED",
      ({ bob }) => bob.api.me.sessions.revoke.mutate({ sessionId: bob.sessionId }),
    ],
    [
      "another role",
      "FORBIDDEN",
      ({ ada, bob }, workspaceId) =>
        ada.api.members.updateRole.mutate({ workspaceId, userId: bob.userId, role: "viewer" }),
    ],
    [
      "a member who is removed",
      "FORBIDDEN",
      ({ ada, bob }, workspaceId) => ada.api.members.remove.mutate({ workspaceId, userId: bob.userId }),
    ],
    [
      "a workspace that is deleted",
      "FORBIDDEN",
      ({ ada }, workspaceId) => ada.api.workspaces.delete.mutate({ workspaceId }),
    ],
  ];
  testOnPostgres.each(stories)("%s", async (_what, code, change) => {
    const { people, workspaceId } = await openWorld({ ada: "owner", bob: "member" });
    const bob = elsewhere(people.bob);
    const write = () => bob.projects.create.mutate({ workspaceId, name: "Atlas" });
    await isRemembered(write);

    await change(people, workspaceId);

    await vi.waitFor(() => expect(write()).toBeRefused(code), 10_000);
  });

  testOnPostgres("a key that is revoked", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const scopes = ["projects:read" as const];
    const key = await ada.apiKeys.create.mutate({ workspaceId, name: "K", scopes, tier: "lite" });
    const client = createClient({ url: there.url, apiKey: key.secret });
    await isHeard(true);
    for (const _ of [1, 2, 3]) await client.projects.list.query({});
    expect(there.services.identity.keys.memory.counts().keys.hits).toBeGreaterThan(0);

    await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId: key.id });

    await vi.waitFor(() => expect(client.projects.list.query({})).toBeRefused("INVALID_API_KEY"), 10_000);
  });
});

testOnPostgres("a server whose ear is cut off remembers nothing, and answers right", async () => {
  const { people, workspaceId } = await openWorld({ ada: "owner", bob: "member" });
  const bob = elsewhere(people.bob);
  const read = () => bob.projects.list.query({ workspaceId });
  await isRemembered(read);

  wire.breakOff();
  await isHeard(false);
  const before = hits();
  for (const _ of [1, 2, 3]) await read();
  await psql.query("DELETE FROM workspace_members WHERE user_id = $1", [people.bob.userId]);
  await expect(read()).toBeRefused("FORBIDDEN");
  await psql.query("INSERT INTO workspace_members (workspace_id, user_id, role) VALUES ($1, $2, 'member')", [
    workspaceId,
    people.bob.userId,
  ]);
  await read();
  expect(hits()).toBe(before);

  wire.mend();
  await isRemembered(read);
});

async function crowd(ask: () => Promise<unknown>): Promise<void> {
  for (let each = 0; each < 5; each += 1) await ask();
}

testOnPostgres("under load no right comes back once it was seen to be gone", async () => {
  const { people, workspaceId } = await openWorld({ ada: "owner", bob: "member" });
  const { ada, bob } = people;
  // A member may see the keys, a viewer may not.
  const may = (api: Api) => async (): Promise<boolean> => {
    const [answer] = await Promise.allSettled([api.apiKeys.list.query({ workspaceId })]);
    if (answer.status === "rejected") await expect(Promise.reject(answer.reason)).toBeRefused("FORBIDDEN");
    return answer.status === "fulfilled";
  };
  const mayHere = may(bob.api);
  const mayThere = may(elsewhere(bob));
  await isHeard(true);

  for (let turn = 0; turn < 20; turn += 1) {
    const load = [mayHere, mayThere].flatMap((ask) => [crowd(ask), crowd(ask), crowd(ask)]);
    const isMember = turn % 2 === 1;
    const role = isMember ? "member" : "viewer";
    // By turns through this server, whose next answer has to know, and beside both.
    if (turn % 4 < 2) {
      await ada.api.members.updateRole.mutate({ workspaceId, userId: bob.userId, role });
      expect(await mayHere()).toBe(isMember);
    } else {
      const set = "UPDATE workspace_members SET role = $1::workspace_role WHERE user_id = $2";
      await psql.query(set, [role, bob.userId]);
      await vi.waitFor(async () => expect(await mayHere()).toBe(isMember), { timeout: 10_000, interval: 2 });
    }
    await vi.waitFor(async () => expect(await mayThere()).toBe(isMember), { timeout: 10_000, interval: 2 });
    for (const ask of [mayHere, mayThere, mayHere, mayThere]) expect(await ask()).toBe(isMember);
    await Promise.all(load);
  }
});
