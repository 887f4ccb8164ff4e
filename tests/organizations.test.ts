import { createClerkClient } from "@clerk/backend";
import type { ClerkClient } from "@clerk/backend";
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { testServer } from "./support/server.ts";
import { snapshot } from "./support/snapshot.ts";
import { openWorld } from "./support/world.ts";
import { deliver } from "./webhooks/deliver.ts";

async function backendApi(): Promise<ClerkClient> {
  const { secretKey, apiUrl } = (await testServer()).running.services.clerk;
  return createClerkClient({ secretKey: secretKey.reveal(), apiUrl, telemetry: { disabled: true } });
}

/** An organization that ada founds through the API, with bob and cyd as its members. */
async function openOrganization() {
  const world = await openWorld({ ada: "stranger", bob: "stranger", cyd: "stranger" });
  const clerk = await backendApi();
  const { id: workspaceId } = await world.ada.workspaces.create.mutate({
    name: "Acme",
    slug: `acme-${randomUUID()}`.slice(0, 30),
    kind: "organization",
  });
  const row = await world.server.running.services.database.db.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
  });
  const organizationId = row.clerkOrganizationId!;
  for (const person of [world.people.bob, world.people.cyd])
    await clerk.organizations.createOrganizationMembership({
      organizationId,
      userId: person.clerkId,
      role: "org:member",
    });
  await world.server.clerk.settled();
  const rolesHere = async () => {
    const { items } = await world.ada.members.list.query({ workspaceId });
    return Object.fromEntries(items.map(({ email, role }) => [email?.split("-")[0], role]));
  };
  const roleAtClerk = async (userId: string) => {
    const { data } = await clerk.organizations.getOrganizationMembershipList({
      organizationId,
      userId: [userId],
    });
    return data[0]?.role;
  };
  return { ...world, workspaceId, organizationId, clerk, rolesHere, roleAtClerk };
}

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

test("people are invited and the organization is deleted at Clerk, and not here", async () => {
  const { ada, people, workspaceId, rolesHere } = await openOrganization();
  const refused = { workspaceId, email: "new@example.com", role: "member" } as const;

  await expect(ada.invitations.create.mutate(refused)).toBeRefused("FORBIDDEN");
  await expect(ada.workspaces.delete.mutate({ workspaceId })).toBeRefused("FORBIDDEN");
  const owner = { workspaceId, userId: people.bob.userId, role: "owner" } as const;
  await expect(ada.members.updateRole.mutate(owner)).toBeRefused("VALIDATION_FAILED");

  expect(await rolesHere()).toEqual({ ada: "owner", bob: "member", cyd: "member" });
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
