import { createClerkClient } from "@clerk/backend";
import type { ClerkClient } from "@clerk/backend";
import { expect, test } from "vitest";
import { reconcile } from "../server/src/mirror/reconcile/reconcile.ts";
import type { ReconcileTools } from "../server/src/mirror/reconcile/reconcile.ts";
import type { Asked } from "../server/src/providers/clerk-directory.ts";
import { runCli } from "./support/command.ts";
import { testOnPostgres } from "./support/database.ts";
import { testServer } from "./support/server.ts";
import type { TestServer } from "./support/server.ts";
import { snapshot } from "./support/snapshot.ts";

const NOTHING = { missing: [], changed: [], extra: [] };

function clerkOf({ running }: TestServer): ClerkClient {
  const { secretKey, apiUrl } = running.services.clerk;
  return createClerkClient({ secretKey: secretKey.reveal(), apiUrl, telemetry: { disabled: true } });
}

function toolsOf({ running }: TestServer): ReconcileTools {
  const { database, organizations, now } = running.services;
  return { db: database.db, ...organizations, now, wait: () => Promise.resolve() };
}

/** What is done at Clerk while `deaf` is told here only if the comparison finds it: its events are lost. */
async function deaf(server: TestServer, work: () => Promise<void>): Promise<void> {
  await server.clerk.options({ paused: true });
  await work();
  const { db } = server.running.services.database;
  // The provider drops what it has queued with the receiver's own id remembered as applied.
  const messages = await server.clerk.messages();
  await db.webhookEvent.createMany({
    data: messages.map(({ id, type }) => ({ provider: "clerk", id, type, appliedAt: new Date() })),
    skipDuplicates: true,
  });
  await server.clerk.options({ paused: false });
  await server.clerk.settled();
}

test("what no event told is found, named by Clerk's ids and repaired; afterwards nothing is different", async () => {
  const server = await testServer();
  const clerk = clerkOf(server);
  const ada = await server.clerk.createUser({ email: "ada@example.com", firstName: "Ada" });
  const eve = await server.clerk.createUser({ email: "eve@example.com" });
  const acme = await clerk.organizations.createOrganization({ name: "Acme", createdBy: ada.id });
  const past = await clerk.organizations.createOrganization({ name: "Past", createdBy: ada.id });
  await server.clerk.settled();
  const lost = { bob: "", membership: "" };
  await deaf(server, async () => {
    const bob = await server.clerk.createUser({ email: "bob@example.com" });
    const joined = { organizationId: acme.id, userId: bob.id, role: "org:member" };
    const membership = await clerk.organizations.createOrganizationMembership(joined);
    await clerk.users.updateUser(ada.id, { firstName: "Augusta" });
    await clerk.users.deleteUser(eve.id);
    await clerk.organizations.updateOrganization(acme.id, { name: "Acme & Sons" });
    await clerk.organizations.deleteOrganization(past.id);
    Object.assign(lost, { bob: bob.id, membership: membership.id });
  });
  const { pool, db } = server.running.services.database;
  const before = await snapshot(pool);

  const seen = await server.admin.admin.sync.reconcile.mutate({ dryRun: true });

  expect(seen.missing.toSorted()).toEqual([lost.membership, lost.bob].toSorted());
  expect(seen.changed.toSorted()).toEqual([acme.id, ada.id].toSorted());
  expect(seen.extra).toEqual(expect.arrayContaining([eve.id, past.id]));
  const { sync_runs: _run, ...unchanged } = before;
  expect(await snapshot(pool)).toMatchObject(unchanged);

  await server.admin.admin.sync.reconcile.mutate({ dryRun: false });

  expect(await server.admin.admin.sync.reconcile.mutate({ dryRun: true })).toEqual(NOTHING);
  expect(await db.workspace.findUnique({ where: { clerkOrganizationId: acme.id } })).toMatchObject({
    name: "Acme & Sons",
    deletedAt: null,
  });
  expect(await db.user.findUnique({ where: { clerkId: eve.id } })).toMatchObject({ email: null, name: null });
});

test("a user who was deleted here is not brought back by a list that still names him", async () => {
  const server = await testServer();
  const zoe = await server.clerk.createUser({ email: "zoe@example.com" });
  await server.clerk.settled();
  await server.clerk.send({ type: "user.deleted", data: { id: zoe.id, object: "user", deleted: true } });
  await server.clerk.settled();

  const found = await server.admin.admin.sync.reconcile.mutate({ dryRun: false });

  expect(Object.values(found).flat()).not.toContain(zoe.id);
  const row = await server.running.services.database.db.user.findUnique({ where: { clerkId: zoe.id } });
  expect(row?.deletedAt).not.toBeNull();
});

test("Clerk says how long to wait, and it is waited", async () => {
  const server = await testServer();
  await server.clerk.fault({ path: "/v1/users", status: 429, retryAfter: 7, times: 2 });
  const waits: number[] = [];

  const wait = (milliseconds: number) => Promise.resolve(void waits.push(milliseconds));
  await reconcile({ ...toolsOf(server), wait }, { dryRun: true });

  expect(waits).toEqual([7_000, 7_000]);
});

test("one at a time; and one that was stopped is gone on with where it was", async () => {
  const server = await testServer();
  const tools = toolsOf(server);
  let steps: string[] = [];
  const stopAt = (name: string): ReconcileTools => ({
    ...tools,
    onProgress: ({ step }) => {
      steps.push(step);
      if (step === name) throw new Error("stopped");
    },
  });
  let second: Promise<unknown> | undefined;
  const startAnother = () => {
    second ??= expect(reconcile(tools, { dryRun: true })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  };
  await reconcile({ ...tools, onProgress: startAnother }, { dryRun: true });
  await second;

  await expect(reconcile(stopAt("former memberships"), { dryRun: false })).rejects.toThrow("stopped");
  steps = [];
  await reconcile({ ...tools, onProgress: ({ step }) => void steps.push(step) }, { dryRun: false });

  expect(steps).not.toContain("users");
  expect(steps).toContain("former users");
});

testOnPostgres("the command says its progress beside, and the differences as JSON", async () => {
  const server = await testServer();
  const { clerk } = server.running.services;

  const { stdout, stderr } = await runCli(["reconcile", "--dry-run"], {
    DATABASE_URL: server.databaseUrl ?? "",
    CLERK_SECRET_KEY: clerk.secretKey.reveal(),
    CLERK_API_URL: clerk.apiUrl,
    CLERK_ISSUER: clerk.issuer,
  });

  expect(JSON.parse(stdout)).toEqual(NOTHING);
  expect(stderr).toContain("users: ");
  expect(stderr).toContain("Nothing was changed.");
});

test("ten thousand users are compared a hundred at a time", async () => {
  const tools = toolsOf(await testServer());
  const asked: number[] = [];
  const users = (wish: Asked): Promise<unknown[]> => {
    if ("ids" in wish) return tools.directory.users(wish);
    asked.push(wish.limit);
    const left = Math.max(0, Math.min(wish.limit, 10_000 - wish.offset));
    return Promise.resolve(
      Array.from({ length: left }, (_, index) => ({
        id: `user_many${wish.offset + index}`,
        updated_at: 1e12,
      })),
    );
  };

  const { missing } = await reconcile(
    { ...tools, directory: { ...tools.directory, users } },
    { dryRun: true },
  );

  expect(new Set(missing).size).toBe(10_000);
  expect(Math.max(...asked)).toBe(100);
});
