import { EventEmitter, once } from "node:events";
import { expect, test } from "vitest";
import { everyJob } from "../server/src/jobs/jobs.ts";
import { runJob } from "../server/src/jobs/run-jobs.ts";
import { testOnPostgres } from "./support/database.ts";
import type { TestServer } from "./support/server.ts";
import { openWorld } from "./support/world.ts";

const DAY_MS = 86_400_000;

test("a deleted workspace cannot be entered, and comes back whole", async () => {
  const { ada, mel, workspaceId } = await openWorld({ ada: "owner", mel: "member" });
  const atlas = await mel.projects.create.mutate({ workspaceId, name: "Atlas" });

  await ada.workspaces.delete.mutate({ workspaceId });

  for (const member of [ada, mel]) {
    await expect(member.projects.list.query({ workspaceId })).toBeRefused("FORBIDDEN");
    expect((await member.workspaces.list.query()).items).toEqual([]);
  }
  expect((await ada.workspaces.list.query({ deleted: true })).items).toMatchObject([{ id: workspaceId }]);
  await expect(mel.workspaces.restore.mutate({ workspaceId })).toBeRefused("FORBIDDEN");

  await ada.workspaces.restore.mutate({ workspaceId });

  expect((await mel.projects.list.query({ workspaceId })).items).toEqual([atlas]);
});

test("after thirty days a deleted workspace is gone for good, and the trail tells of it", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  const { db } = server.running.services.database;
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  await server.admin.admin.credits.adjust.mutate({ workspaceId, credits: 5, reason: "Gift" });
  await ada.workspaces.delete.mutate({ workspaceId });
  await purge(server, 29 * DAY_MS);
  expect(await db.workspace.count({ where: { id: workspaceId } })).toBe(1);

  await db.workspace.update({
    where: { id: workspaceId },
    data: { deletedAt: new Date(Date.now() - 31 * DAY_MS) },
  });
  await expect(ada.workspaces.restore.mutate({ workspaceId })).toBeRefused("FORBIDDEN");
  await purge(server);

  expect(await db.workspace.count({ where: { id: workspaceId } })).toBe(0);
  expect(await db.project.count({ where: { workspaceId } })).toBe(0);
  const trail = await server.admin.admin.audit.list.query({ workspaceId });
  expect(trail.items[0]).toMatchObject({ action: "workspaces.purge", actor: { kind: "system" } });
});

testOnPostgres("of two servers that are due at once, one works", async () => {
  const { server } = await openWorld({});
  const underWay = new EventEmitter();
  const begun = once(underWay, "begun");
  const job = {
    name: "slow",
    schedule: "0 0 * * *",
    run: async () => {
      const released = once(underWay, "released");
      underWay.emit("begun");
      await released;
      return 1;
    },
  };

  const first = runJob(job, toolsOf(server));
  await begun;
  expect(await runJob(job, toolsOf(server))).toBeNull();
  underWay.emit("released");
  expect(await first).toBe(1);
});

test("who deletes himself is gone at Clerk and here, and the trail knows no name", async () => {
  const { ada, bob, people, server, workspaceId } = await openWorld({ ada: "owner", bob: "owner" });
  const { email, userId, clerkId } = people.bob;
  await bob.projects.create.mutate({ workspaceId, name: "Atlas" });

  expect(await bob.me.delete.mutate()).toEqual({ id: userId, deleted: true });

  await expect(bob.me.get.query()).toBeRefused("UNAUTHORIZED");
  expect(await server.running.services.clerkApi.getUser(clerkId)).toBeNull();
  expect((await ada.members.list.query({ workspaceId })).items.map(({ name }) => name)).toEqual(["ada"]);
  const trail = await ada.audit.list.query({ workspaceId, actorId: userId });
  expect(trail.items).toMatchObject([{ action: "projects.create", actor: { id: userId, name: null } }]);
  const { rows } = await server.running.services.database.pool.query(
    "SELECT to_jsonb(u)::text AS row FROM users u UNION ALL SELECT to_jsonb(p)::text FROM audit_persons p",
  );
  expect(JSON.stringify(rows)).not.toContain(email);
});

test("the only owner of a workspace with others stays until he has passed it on", async () => {
  const { ada, people, workspaceId } = await openWorld({ ada: "owner", mel: "member" });

  await expect(ada.me.delete.mutate()).toBeRefused("LAST_OWNER");
  expect(await ada.me.get.query()).toMatchObject({ id: people.ada.userId });

  await ada.workspaces.transferOwnership.mutate({ workspaceId, userId: people.mel.userId });
  expect(await ada.me.delete.mutate()).toMatchObject({ deleted: true });
});

test("a user gets everything that is held about him, and nothing of anybody else", async () => {
  const { ada, bob, people, workspaceId } = await openWorld({ ada: "owner", bob: "admin" });
  await bob.projects.create.mutate({ workspaceId, name: "Atlas" });
  await bob.invitations.create.mutate({ workspaceId, email: "friend@example.com", role: "viewer" });
  const key = { workspaceId, name: "Robot", scopes: ["projects:read" as const], tier: "lite" as const };
  const { secret } = await bob.apiKeys.create.mutate(key);
  await ada.projects.create.mutate({ workspaceId, name: "Boreas" });

  const data = await bob.me.exportData.query();

  expect(data).toMatchObject({
    user: { email: people.bob.email },
    memberships: [{ workspaceId, role: "admin" }],
    invitationsSent: [{ email: "friend@example.com" }],
    apiKeys: [{ name: "Robot" }],
  });
  expect(data.auditEntries.map(({ action }) => action)).toEqual([
    "projects.create",
    "invitations.create",
    "apiKeys.create",
  ]);
  const text = JSON.stringify(data);
  for (const foreign of [people.ada.email, people.ada.userId, "Boreas", secret])
    expect(text).not.toContain(foreign);
});

function toolsOf({ running, log }: TestServer, laterMs = 0) {
  const { db } = running.services.database;
  return { db, log: log.log, now: () => new Date(Date.now() + laterMs) };
}

async function purge(server: TestServer, laterMs = 0): Promise<void> {
  const job = everyJob(server.running.services.clerk).find(({ name }) => name === "purge-workspaces")!;
  await runJob(job, toolsOf(server, laterMs));
}
