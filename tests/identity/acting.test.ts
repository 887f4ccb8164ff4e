import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeWorkspaceAt, openInstanceServer, signUpAt } from "../support/instance.ts";
import type { InstanceServer, Visitor } from "../support/instance.ts";

let server: InstanceServer;
let ada: Visitor;
let workspaceId: string;

beforeAll(async () => {
  server = await openInstanceServer();
  ada = await signUpAt(server, "ada");
  workspaceId = await makeWorkspaceAt(server, ada);
  await server.services.database.db.user.update({
    where: { id: ada.id },
    data: { hasProductAccess: true, role: "admin" },
  });
});
afterAll(() => server.stop());

describe.each([
  ["an OAuth app that acts for Ada", () => server.clerk.mint({ kind: "oauth", userId: ada.userId })],
  ["support that impersonates Ada", () => impersonate()],
])("%s", (_name, makeToken) => {
  test("works in her workspace as she does", async () => {
    const app = server.as(await makeToken());

    expect((await app.me.get.query()).id).toBe(ada.id);
    const atlas = await app.projects.create.mutate({ workspaceId, name: "Atlas" });
    expect((await ada.api.projects.get.query({ workspaceId, projectId: atlas.id })).name).toBe("Atlas");
  });

  test("is no admin, although she is one", async () => {
    const token = await makeToken();
    expect(await askedAsAdmin(ada.token)).toBe(200);
    expect(await askedAsAdmin(token)).toBe(403);
  });

  test("neither sees where she is signed in nor signs her out", async () => {
    const app = server.as(await makeToken());

    await expect(app.me.sessions.list.query({})).toBeRefused("FORBIDDEN");
    await expect(app.me.sessions.revoke.mutate({ sessionId: ada.sessionId })).toBeRefused("FORBIDDEN");

    expect((await ada.api.me.sessions.list.query({})).items.map(({ id }) => id)).toContain(ada.sessionId);
  });

  test("lets no machine in that could do more than it may itself", async () => {
    const app = server.as(await makeToken());
    const machine = { workspaceId, machineId: "mch_strong" };

    await expect(app.members.addMachine.mutate({ ...machine, role: "admin" })).toBeRefused("ROLE_ESCALATION");

    expect((await ada.api.members.listMachines.query({ workspaceId })).items).toEqual([]);
  });

  test("stands in the audit trail by its own kind, beside her name", async () => {
    const app = server.as(await makeToken());
    const { id } = await app.projects.create.mutate({ workspaceId, name: "Trail" });

    const line = await server.services.database.db.auditEntry.findFirstOrThrow({ where: { targetId: id } });
    const { actorId, credential, impersonatorId } = line;
    expect(actorId).toBe(ada.id);
    expect([
      ["oauth", null],
      ["session", "user_support"],
    ]).toContainEqual([credential, impersonatorId]);
  });
});

describe("a Clerk API key of a user", () => {
  test("without scopes may do nothing, and is told which scope it lacks", async () => {
    const key = server.as(await makeKey([]));

    await expect(key.me.get.query()).toBeRefused("SCOPE_NOT_HELD");
    await expect(key.projects.list.query({ workspaceId })).rejects.toThrow("projects:read");
    await expect(key.workspaces.create.mutate({ name: "Mine" })).toBeRefused("SCOPE_NOT_HELD");
  });

  test("may do what its scopes say, and nothing else", async () => {
    const key = server.as(await makeKey(["projects:read", "users:read", "a:word-of-somebody"]));

    expect((await key.me.get.query()).id).toBe(ada.id);
    expect((await key.projects.list.query({ workspaceId })).items.length).toBeGreaterThan(0);
    await expect(key.projects.create.mutate({ workspaceId, name: "More" })).toBeRefused("SCOPE_NOT_HELD");
    await expect(key.me.sessions.list.query({})).toBeRefused("SCOPE_NOT_HELD");
    expect(await key.auth.whoami.query()).toMatchObject({
      kind: "user",
      via: "clerkApiKey",
      scopes: ["projects:read", "users:read", "a:word-of-somebody"],
    });
  });

  test("with the scope for sessions is the person himself", async () => {
    const key = server.as(await makeKey(["sessions:read"]));
    expect((await key.me.sessions.list.query({})).items.map(({ id }) => id)).toContain(ada.sessionId);
  });

  test("never does more than its user's role allows", async () => {
    const vic = await signUpAt(server, "vic");
    await join(vic, workspaceId, "viewer");
    const key = server.as(await makeKey(["projects:write", "projects:read"], vic.userId));

    await expect(key.projects.create.mutate({ workspaceId, name: "No" })).toBeRefused("FORBIDDEN");
    expect(await key.projects.list.query({ workspaceId })).toBeDefined();
  });

  test("does not make an admin of an admin", async () => {
    expect(await askedAsAdmin(await makeKey(["users:read", "users:write"]))).toBe(403);
  });
});

describe("a Clerk API key of an organization", () => {
  test("acts in that organization's workspace, without having to name it", async () => {
    const { organizationId, home } = await found("acme");
    const secret = await makeKey(["projects:read", "projects:write"], organizationId);
    const key = server.asKey(secret);

    const atlas = await key.projects.create.mutate({ name: "Atlas" });

    expect(atlas.workspaceId).toBe(home);
    expect(
      (await server.as(secret).projects.get.query({ workspaceId: home, projectId: atlas.id })).name,
    ).toBe("Atlas");
    await expect(server.as(secret).projects.list.query({ workspaceId })).toBeRefused("FORBIDDEN");
    await expect(key.members.listMachines.query({})).toBeRefused("SCOPE_NOT_HELD");
    await expect(server.as(secret).me.get.query()).toBeRefused("FORBIDDEN");
    expect(await server.as(secret).auth.whoami.query()).toMatchObject({
      kind: "organization",
      organizationId,
    });
  });

  test("is closed where nobody has mirrored the organization", async () => {
    const { id } = await server.sdk.organizations.createOrganization({
      name: "Elsewhere",
      createdBy: ada.userId,
    });
    const key = server.asKey(await makeKey(["projects:read"], id));
    await expect(key.projects.list.query({})).toBeRefused("FORBIDDEN");
  });

  test("may do no more than the member who made it may now", async () => {
    const { organizationId, home } = await found("umbrella");
    const vic = await signUpAt(server, "vic");
    await join(vic, home, "viewer");
    const scopes = ["projects:read", "projects:write"];
    const key = server.asKey(await makeKey(scopes, organizationId, vic.userId));

    expect(await key.projects.list.query({})).toBeDefined();
    await expect(key.projects.create.mutate({ name: "No" })).toBeRefused("FORBIDDEN");

    await server.services.database.db.workspaceMember.deleteMany({ where: { userId: vic.id } });
    await expect(key.projects.list.query({})).toBeRefused("FORBIDDEN");
  });
});

describe("a machine", () => {
  test("enters only where a workspace has made it a member, and only as that", async () => {
    const token = await server.clerk.mint({ kind: "m2m", sub: "mch_builder" });
    const machine = server.as(token);
    await expect(machine.projects.list.query({ workspaceId })).toBeRefused("FORBIDDEN");

    await ada.api.members.addMachine.mutate({ workspaceId, machineId: "mch_builder", role: "viewer" });

    expect((await machine.projects.list.query({ workspaceId })).items.length).toBeGreaterThan(0);
    await expect(machine.projects.create.mutate({ workspaceId, name: "No" })).toBeRefused("FORBIDDEN");
    await expect(machine.me.get.query()).toBeRefused("FORBIDDEN");
    await expect(server.asKey(token).projects.list.query({})).toBeRefused("VALIDATION_FAILED");
    const other = await makeWorkspaceAt(server, ada);
    await expect(machine.projects.list.query({ workspaceId: other })).toBeRefused("FORBIDDEN");
  });

  test("with an opaque token is the same machine", async () => {
    const { id: machineId, secretKey } = await server.sdk.machines.create({ name: "robot" });
    const { token } = await server.sdk.m2m.createToken({
      machineSecretKey: secretKey ?? "",
      tokenFormat: "opaque",
    });
    expect(token).toMatch(/^mt_/);
    await ada.api.members.addMachine.mutate({ workspaceId, machineId, role: "member" });

    const robot = server.as(token ?? "");
    const made = await robot.projects.create.mutate({ workspaceId, name: "Made by a robot" });

    const line = await server.services.database.db.auditEntry.findFirstOrThrow({
      where: { targetId: made.id },
    });
    expect([line.actorKind, line.actorId]).toEqual(["machine", machineId]);
  });

  test("is added once, and enters no longer once it is removed", async () => {
    const machine = server.as(await server.clerk.mint({ kind: "m2m", sub: "mch_once" }));
    const one = { workspaceId, machineId: "mch_once" };
    await ada.api.members.addMachine.mutate({ ...one, role: "admin" });
    await expect(ada.api.members.addMachine.mutate({ ...one, role: "viewer" })).toBeRefused("ALREADY_MEMBER");

    await ada.api.members.removeMachine.mutate(one);

    await expect(machine.projects.list.query({ workspaceId })).toBeRefused("FORBIDDEN");
    await expect(ada.api.members.removeMachine.mutate(one)).toBeRefused("NOT_FOUND");
  });

  test("of another workspace cannot be removed from here", async () => {
    const eve = await signUpAt(server, "eve");
    const here = await makeWorkspaceAt(server, eve);
    await ada.api.members.addMachine.mutate({ workspaceId, machineId: "mch_theirs", role: "viewer" });

    const removed = eve.api.members.removeMachine.mutate({ workspaceId: here, machineId: "mch_theirs" });
    await expect(removed).toBeRefused("NOT_FOUND");

    const { items } = await ada.api.members.listMachines.query({ workspaceId });
    expect(items.map(({ machineId }) => machineId)).toContain("mch_theirs");
  });
});

describe("a token inside an organization", () => {
  test("opens that organization's workspace and no other one that Clerk manages", async () => {
    const one = await found("one");
    const two = await found("two");
    const inside = server.as(await tokenInside(one.organizationId));

    expect((await inside.workspaces.get.query({ workspaceId: one.home })).id).toBe(one.home);
    expect((await inside.workspaces.get.query({ workspaceId })).managedBy).toBe("local");
    await expect(inside.workspaces.get.query({ workspaceId: two.home })).toBeRefused("FORBIDDEN");
    const listed = (await inside.workspaces.list.query({ limit: 100 })).items.map(({ id }) => id);
    expect(listed).toContain(one.home);
    expect(listed).toContain(workspaceId);
    expect(listed).not.toContain(two.home);
  });

  test("that names none opens all that its user is a member of", async () => {
    const three = await found("three");
    expect((await ada.api.workspaces.get.query({ workspaceId: three.home })).id).toBe(three.home);
  });

  test("means nothing where its user is no member", async () => {
    const { organizationId, home } = await found("four");
    await server.services.database.db.workspaceMember.deleteMany({ where: { workspaceId: home } });
    const inside = server.as(await tokenInside(organizationId));
    await expect(inside.workspaces.get.query({ workspaceId: home })).toBeRefused("FORBIDDEN");
  });
});

async function askedAsAdmin(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${server.url}/trpc/admin.accessCodes.list`, { headers })).status;
}

async function impersonate(): Promise<string> {
  const actor = { iss: "https://dashboard.clerk.com", sub: "user_support" };
  const { id: sessionId } = await server.clerk.createSession(ada.userId, { actor });
  return server.clerk.mint({ sessionId });
}

async function makeKey(
  scopes: string[],
  subject = ada.userId,
  createdBy: string | null = null,
): Promise<string> {
  const { secret } = await server.sdk.apiKeys.create({ name: "a key", subject, scopes, createdBy });
  return secret ?? "";
}

/** An organization at Clerk that Ada has made, and the workspace that mirrors it. */
async function found(name: string): Promise<{ organizationId: string; home: string }> {
  const { id } = await server.sdk.organizations.createOrganization({ name, createdBy: ada.userId });
  return { organizationId: id, home: await makeWorkspaceAt(server, ada, id) };
}

function tokenInside(orgId: string): Promise<string> {
  return server.clerk.mint({ sessionId: ada.sessionId, orgId });
}

async function join({ id: userId }: Visitor, into: string, role: "viewer" | "member"): Promise<void> {
  await server.services.database.db.workspaceMember.create({ data: { workspaceId: into, userId, role } });
}
