import { PERMISSIONS, ROLES, ROLE_PERMISSIONS, can } from "@gatehouse/shared";
import { describe, expect, test } from "vitest";
import { printPermissions } from "../../server/src/cli/generate/print-permissions.ts";
import { printRoles } from "../../server/src/cli/generate/print-tables.ts";
import { createGatehouse } from "../../server/src/create-gatehouse.ts";
import { testServer } from "../support/server.ts";
import { openWorld } from "../support/world.ts";

/** Words of a feature that stands in this file only, as the compiler cannot know. */
const words = { permissions: { "pets:read": "viewer", "pets:feed": "member" } } as const;
const ROLES_OF_PRODUCT = {
  "apiKeys:manage": "member",
  "members:manage": "member",
  "workflows:execute": "admin",
  "pets:read": "member",
  "pets:feed": "owner",
} as const;

// It holds for the whole program, so it is said once for this file.
const product = createGatehouse({ features: [{ words }], roles: ROLES_OF_PRODUCT });

const KEY = { name: "Robot", tier: "lite" } as const;

function holders(word: string): string[] {
  return ROLES.filter((role) => [...ROLE_PERMISSIONS[role]].some((each) => each === word));
}

describe("a product that says who holds what", () => {
  test("moves permissions of ours and of its features up and down the ladder", () => {
    expect(holders("apiKeys:manage")).toEqual(["owner", "admin", "member"]);
    expect(holders("workflows:execute")).toEqual(["owner", "admin"]);
    expect(holders("pets:read")).toEqual(["owner", "admin", "member"]);
    expect(holders("pets:feed")).toEqual(["owner"]);
    expect(holders("workflows:write")).toEqual(["owner", "admin", "member"]);
  });

  test("leaves the ladder a ladder: an owner holds everything, and each role what those below it hold", () => {
    expect([...ROLE_PERMISSIONS.owner]).toEqual(PERMISSIONS);
    for (const [above, role] of ROLES.slice(1).map((each, index) => [ROLES[index]!, each] as const))
      for (const permission of ROLE_PERMISSIONS[role]) expect(can(above, permission)).toBe(true);
  });

  test("is believed by guards, and bounds keys by what their owners hold now", async () => {
    const { mem, vic, workspaceId } = await openWorld({ ada: "owner", mem: "member", vic: "viewer" });
    const key = { ...KEY, workspaceId };

    const { secret } = await mem.apiKeys.create.mutate({ ...key, scopes: ["projects:write"] });
    const beyond = mem.apiKeys.create.mutate({ ...key, scopes: ["workflows:execute"] });

    await expect(beyond).toBeRefused("SCOPE_NOT_HELD");
    await expect(vic.apiKeys.create.mutate({ ...key, scopes: [] })).toBeRefused("FORBIDDEN");
    const robot = (await testServer()).as(secret);
    expect(await robot.projects.create.mutate({ workspaceId, name: "Atlas" })).toMatchObject({
      name: "Atlas",
    });
    expect((await mem.apiKeys.list.query({ workspaceId })).items).toHaveLength(1);
  });

  test("prints the client and the documents with the same table", () => {
    expect(printRoles()).toMatch(/ {2}member: \[.*"apiKeys:manage".*\]/);
    expect(printRoles()).not.toMatch(/ {2}member: \[.*"workflows:execute".*\]/);
    expect(printPermissions(product.router)).toMatch(
      /`members\.updateRole` +\| `members:manage` +\| yes +\| yes +\| yes +\| +\|/,
    );
  });
});

describe("who manages members by the product's word", () => {
  test("gives and takes no role above his own", async () => {
    const { mem, people, workspaceId } = await openWorld({
      ada: "owner",
      mem: "member",
      adam: "admin",
      vic: "viewer",
    });
    const { userId } = people.vic;

    await mem.members.updateRole.mutate({ workspaceId, userId, role: "member" });
    await expect(mem.members.updateRole.mutate({ workspaceId, userId, role: "admin" })).toBeRefused(
      "ROLE_ESCALATION",
    );
    const demote = { workspaceId, userId: people.adam.userId, role: "viewer" } as const;
    await expect(mem.members.updateRole.mutate(demote)).toBeRefused("ROLE_ESCALATION");
    const invite = { workspaceId, email: "eve@example.com", role: "admin" } as const;
    await expect(mem.invitations.create.mutate(invite)).toBeRefused("ROLE_ESCALATION");
    const machine = { workspaceId, machineId: "mch_robot", role: "admin" } as const;
    await expect(mem.members.addMachine.mutate(machine)).toBeRefused("ROLE_ESCALATION");

    const { items } = await mem.members.list.query({ workspaceId });
    expect(items.map(({ role }) => role).toSorted()).toEqual(["admin", "member", "member", "owner"]);
  });

  test("does not rise by a key of his own", async () => {
    const { mem, workspaceId, people } = await openWorld({ ada: "owner", mem: "member", vic: "viewer" });
    const scopes = ["members:manage" as const];
    const { secret } = await mem.apiKeys.create.mutate({ ...KEY, workspaceId, scopes });
    const robot = (await testServer()).as(secret);
    const { userId } = people.mem;

    await expect(robot.members.updateRole.mutate({ workspaceId, userId, role: "admin" })).toBeRefused(
      "ROLE_ESCALATION",
    );

    expect((await mem.workspaces.get.query({ workspaceId })).role).toBe("member");
    await robot.members.updateRole.mutate({ workspaceId, userId: people.vic.userId, role: "member" });
  });
});

describe("refused before anything is built, by name, is", () => {
  test.each([
    ["a permission that there is not", { "projects:write": "viewer", "pets:reed": "member" }, "pets:reed"],
    ["a role that there is not", { "projects:write": "viewer", "pets:read": "keeper" }, "keeper"],
    ["a role that is no word of ours but one of JavaScript's", { "pets:read": "constructor" }, "constructor"],
    [
      "another word on what was said already",
      { "projects:write": "viewer", "pets:feed": "admin" },
      "pets:feed",
    ],
  ])("%s", (_, roles, name) => {
    expect(() => createGatehouse({ roles: roles as object })).toThrow(name);

    expect(can("viewer", "projects:write")).toBe(false);
  });

  test("a feature whose permission nobody could hold", () => {
    const permissions = { "pets:sell": "keeper" } as unknown as Record<string, "owner">;
    expect(() => createGatehouse({ features: [{ words: { permissions } }] })).toThrow("keeper");
  });
});

test("the same may be said again, by a program that puts two servers together", () => {
  expect(() => createGatehouse({ features: [{ words }], roles: ROLES_OF_PRODUCT })).not.toThrow();
});
