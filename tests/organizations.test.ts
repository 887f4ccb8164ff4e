import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { backendApi, openOrganization } from "./support/organization.ts";
import { testServer } from "./support/server.ts";
import { snapshot } from "./support/snapshot.ts";
import { openWorld } from "./support/world.ts";
import { deliver } from "./webhooks/deliver.ts";

test("an organization is made at Clerk, and its workspace is there when the call returns", async () => {
  const { ada } = await openWorld({ ada: "stranger" });
  const made = await ada.workspaces.create.mutate({ name: "Globex", kind: "organization" });

  expect(made).toMatchObject({ name: "Globex", managedBy: "clerk", role: "owner" });
  expect(await ada.workspaces.get.query({ workspaceId: made.id })).toEqual(made);
  const { data } = await (await backendApi()).organizations.getOrganizationList({ query: "Globex" });
  expect(data.map(({ name }) => name)).toEqual(["Globex"]);
});

test("nobody without product access makes one, at Clerk neither", async () => {
  const { ned } = await openWorld({ ned: "newcomer" });

  await expect(ned.workspaces.create.mutate({ name: "Initech", kind: "organization" })).toBeRefused(
    "ACCESS_REQUIRED",
  );

  const { data } = await (await backendApi()).organizations.getOrganizationList({ query: "Initech" });
  expect(data).toEqual([]);
});

test("members come and go with Clerk, and an unknown role is a member's", async () => {
  const { rolesHere, clerk, organizationId, people, server } = await openOrganization();
  expect(await rolesHere()).toEqual({ ada: "owner", bob: "member", cyd: "member" });

  await server.clerk.defineRole({ key: "org:boss", name: "Boss", permissions: [] });
  const { bob, cyd } = people;
  await clerk.organizations.updateOrganizationMembership({
    organizationId,
    userId: bob.clerkId,
    role: "org:admin",
  });
  await clerk.organizations.updateOrganizationMembership({
    organizationId,
    userId: cyd.clerkId,
    role: "org:boss",
  });
  await server.clerk.settled();
  expect(await rolesHere()).toEqual({ ada: "owner", bob: "admin", cyd: "member" });

  await clerk.organizations.deleteOrganizationMembership({ organizationId, userId: cyd.clerkId });
  await server.clerk.settled();
  await expect(cyd.api.projects.list.query({ workspaceId: await idOf(organizationId) })).toBeRefused(
    "FORBIDDEN",
  );
  expect(await rolesHere()).toEqual({ ada: "owner", bob: "admin" });
});

async function idOf(clerkOrganizationId: string): Promise<string> {
  const { db } = (await testServer()).running.services.database;
  return (await db.workspace.findUniqueOrThrow({ where: { clerkOrganizationId } })).id;
}

describe("a change made here", () => {
  test("of a role, a member or the name is made at Clerk and holds here at once", async () => {
    const { ada, people, workspaceId, organizationId, clerk, rolesHere, roleAtClerk, server } =
      await openOrganization();
    await server.clerk.options({ paused: true });

    await ada.members.updateRole.mutate({ workspaceId, userId: people.bob.userId, role: "admin" });
    await ada.members.remove.mutate({ workspaceId, userId: people.cyd.userId });
    await ada.workspaces.update.mutate({ workspaceId, name: "Acme & Sons" });

    expect(await rolesHere()).toEqual({ ada: "owner", bob: "admin" });
    expect(await roleAtClerk(people.bob.clerkId)).toBe("org:admin");
    expect(await roleAtClerk(people.cyd.clerkId)).toBeUndefined();
    expect((await clerk.organizations.getOrganization({ organizationId })).name).toBe("Acme & Sons");

    await server.clerk.options({ paused: false });
    await server.clerk.settled();
    expect(await rolesHere()).toEqual({ ada: "owner", bob: "admin" });
    expect((await ada.workspaces.get.query({ workspaceId })).name).toBe("Acme & Sons");
  });

  test("that our own rules forbid does not reach Clerk", async () => {
    const { bob, people, workspaceId, roleAtClerk, server } = await openOrganization();
    const before = await snapshot(server.running.services.database.pool);

    const promote = { workspaceId, userId: people.cyd.userId, role: "admin" } as const;
    await expect(bob.members.updateRole.mutate(promote)).toBeRefused("FORBIDDEN");

    expect(await roleAtClerk(people.cyd.clerkId)).toBe("org:member");
    expect((await snapshot(server.running.services.database.pool))["workspace_members"]).toEqual(
      before["workspace_members"],
    );
  });

  test("that Clerk cannot take now changes nothing here", async () => {
    const { ada, people, workspaceId, rolesHere, server } = await openOrganization();
    await server.clerk.fault({ path: "/v1/organizations/*", status: 503, times: 1 });

    const change = { workspaceId, userId: people.bob.userId, role: "admin" } as const;
    await expect(ada.members.updateRole.mutate(change)).toBeRefused("UNAVAILABLE");
    expect(server.log.takeErrors()).toHaveLength(1);

    expect(await rolesHere()).toEqual({ ada: "owner", bob: "member", cyd: "member" });
  });

  test("of the owner makes the heir an admin at Clerk, and his leaving is then allowed", async () => {
    const { ada, bob, people, workspaceId, roleAtClerk } = await openOrganization();
    await expect(ada.workspaces.leave.mutate({ workspaceId })).toBeRefused("LAST_OWNER");

    await ada.workspaces.transferOwnership.mutate({ workspaceId, userId: people.bob.userId });
    await ada.workspaces.leave.mutate({ workspaceId });

    expect((await bob.workspaces.get.query({ workspaceId })).role).toBe("owner");
    expect(await roleAtClerk(people.bob.clerkId)).toBe("org:admin");
    expect(await roleAtClerk(people.ada.clerkId)).toBeUndefined();
  });
});

test("somebody of whom only a membership has told is completed by his first request", async () => {
  const server = await testServer();
  await server.clerk.options({ paused: true });
  const email = `late-${randomUUID().slice(0, 8)}@example.com`;
  const { id: clerkId } = await server.clerk.createUser({ email });
  const { id: sessionId } = await server.clerk.createSession(clerkId);
  const times = { created_at: Date.now(), updated_at: Date.now() };
  const organization = { id: `org_${randomUUID()}`, name: "Early", ...times };
  const membership = {
    role: "org:member",
    organization,
    public_user_data: { user_id: clerkId, identifier: "+1555" },
  };
  const data = { id: `orgmem_${randomUUID()}`, ...membership, ...times };
  const type = "organizationMembership.created";
  await deliver(JSON.stringify({ object: "event", type, data, timestamp: Date.now() }));
  const { db } = server.running.services.database;
  expect(await db.user.findUnique({ where: { clerkId } })).toMatchObject({ email: null });

  const api = server.as(await server.clerk.mint({ sessionId }));

  expect((await api.me.get.query()).email).toBe(email);
  expect((await api.workspaces.list.query({})).items).toMatchObject([{ name: "Early", role: "owner" }]);
  await server.clerk.options({ paused: false });
  await server.clerk.settled();
});

test("nobody is made owner by a change of role: Clerk knows no owners", async () => {
  const { ada, people, workspaceId, rolesHere } = await openOrganization();

  const owner = { workspaceId, userId: people.bob.userId, role: "owner" } as const;
  await expect(ada.members.updateRole.mutate(owner)).toBeRefused("VALIDATION_FAILED");

  expect(await rolesHere()).toEqual({ ada: "owner", bob: "member", cyd: "member" });
});

test("an owner deletes the organization from here: it is gone at Clerk, and closed here at once and for good", async () => {
  const { ada, bob, workspaceId, organizationId, clerk, server } = await openOrganization();
  await server.clerk.options({ paused: true });
  await expect(bob.workspaces.delete.mutate({ workspaceId })).toBeRefused("FORBIDDEN");
  await expect(ada.workspaces.restore.mutate({ workspaceId })).rejects.toThrow("ends with it for good");

  const deleted = await ada.workspaces.delete.mutate({ workspaceId });

  expect(deleted).toEqual({ id: workspaceId, deleted: true, restorableUntil: null });
  await expect(clerk.organizations.getOrganization({ organizationId })).rejects.toMatchObject({
    status: 404,
  });
  await expect(ada.workspaces.get.query({ workspaceId })).toBeRefused("FORBIDDEN");
  await expect(ada.workspaces.restore.mutate({ workspaceId })).toBeRefused("FORBIDDEN");
  const lines = { where: { workspaceId, action: { in: ["workspaces.delete", "organization.deleted"] } } };
  const { db } = server.running.services.database;
  expect((await db.auditEntry.findMany(lines)).map(({ action }) => action)).toEqual(["workspaces.delete"]);

  await server.clerk.options({ paused: false });
  await server.clerk.settled();
  expect(await db.auditEntry.count(lines)).toBe(1);
});

test("an organization that Clerk cannot delete now stays open", async () => {
  const { ada, workspaceId, server } = await openOrganization();
  await server.clerk.fault({ path: "/v1/organizations/*", status: 503, times: 1 });

  await expect(ada.workspaces.delete.mutate({ workspaceId })).toBeRefused("UNAVAILABLE");
  expect(server.log.takeErrors()).toHaveLength(1);

  expect(await ada.workspaces.get.query({ workspaceId })).toMatchObject({ name: "Acme", role: "owner" });
});

test("a machine is let into an organization's workspace here, for Clerk's organizations have none", async () => {
  const { ada, workspaceId, server } = await openOrganization();
  const machineId = `mch_${randomUUID().replaceAll("-", "")}`;
  await ada.members.addMachine.mutate({ workspaceId, machineId, role: "viewer" });

  const robot = server.as(await server.clerk.mint({ kind: "m2m", sub: machineId }));

  expect((await robot.projects.list.query({ workspaceId })).items).toEqual([]);
  await expect(robot.projects.create.mutate({ workspaceId, name: "Atlas" })).toBeRefused("FORBIDDEN");
});

test("an organization that is deleted at Clerk closes its workspace for everybody", async () => {
  const { ada, workspaceId, organizationId, clerk, server } = await openOrganization();

  await clerk.organizations.deleteOrganization(organizationId);
  await server.clerk.settled();

  await expect(ada.workspaces.get.query({ workspaceId })).toBeRefused("FORBIDDEN");
  expect((await ada.workspaces.list.query({})).items).toEqual([]);
});

test("the workspace of a founder who is deleted at Clerk passes to the longest-serving member", async () => {
  const { people, bob, workspaceId, clerk, server } = await openOrganization();

  await clerk.users.deleteUser(people.ada.clerkId);
  await server.clerk.settled();

  expect((await bob.workspaces.get.query({ workspaceId })).role).toBe("owner");
});

test("a slug that a local workspace has is not taken away from it", async () => {
  const { ada, server } = await openWorld({ ada: "stranger" });
  const slug = `mine-${randomUUID().slice(0, 8)}`;
  await ada.workspaces.create.mutate({ name: "Mine", slug });

  await (await backendApi()).organizations.createOrganization({ name: "Theirs", slug });
  await server.clerk.settled();

  const { db } = server.running.services.database;
  const rows = await db.workspace.findMany({
    where: { slug: { startsWith: slug } },
    orderBy: { slug: "asc" },
  });
  expect(rows.map(({ managedBy }) => managedBy)).toEqual(["local", "clerk"]);
});
