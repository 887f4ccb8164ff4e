import { ROLES, isAbove } from "@gatehouse/shared";
import { describe, expect, test } from "vitest";
import { decideRoleChange } from "../server/src/features/members/decide-change.ts";
import { openWorld } from "./support/world.ts";

test("members see each other, and what they are", async () => {
  const { vic, people, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });

  const { items } = await vic.members.list.query({ workspaceId });

  expect(items.map(({ name, role }) => [name, role])).toEqual([
    ["vic", "viewer"],
    ["ada", "owner"],
  ]);
  expect(items[1]).toMatchObject({ userId: people.ada.userId, email: people.ada.email });
});

test("a role that is given holds with the next call", async () => {
  const { ada, vic, people, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
  await expect(vic.projects.create.mutate({ workspaceId, name: "Atlas" })).toBeRefused("FORBIDDEN");

  const { userId } = people.vic;
  expect(await ada.members.updateRole.mutate({ workspaceId, userId, role: "member" })).toMatchObject({
    userId,
    role: "member",
  });

  expect(await vic.projects.create.mutate({ workspaceId, name: "Atlas" })).toMatchObject({ name: "Atlas" });
});

test("a removed member is outside with his next call, and so are his keys and his open invitations", async () => {
  const { ada, bob, people, server, workspaceId } = await openWorld({ ada: "owner", bob: "admin" });
  const { userId } = people.bob;
  const { id: apiKeyId, secret } = await bob.apiKeys.create.mutate({
    workspaceId,
    name: "Robot",
    scopes: ["projects:read"],
    tier: "lite",
  });
  const robot = server.as(secret);
  await robot.projects.list.query({ workspaceId });
  await bob.invitations.create.mutate({ workspaceId, email: "friend@example.com", role: "admin" });
  expect(await ada.members.removalPreview.query({ workspaceId, userId })).toEqual({
    userId,
    role: "admin",
    isLastOwner: false,
    apiKeys: 1,
    invitations: 1,
  });

  await ada.members.remove.mutate({ workspaceId, userId });

  await expect(bob.projects.list.query({ workspaceId })).toBeRefused("FORBIDDEN");
  await expect(robot.projects.list.query({ workspaceId })).toBeRefused("INVALID_API_KEY");
  expect((await ada.apiKeys.get.query({ workspaceId, apiKeyId })).revokedAt).not.toBeNull();
  expect((await ada.invitations.list.query({ workspaceId })).items).toEqual([]);
  await expect(ada.members.remove.mutate({ workspaceId, userId })).toBeRefused("NOT_FOUND");
});

test("an admin neither makes an owner, nor demotes one, nor removes one", async () => {
  const { ada, bob, people, workspaceId } = await openWorld({ ada: "owner", bob: "admin" });
  const before = await ada.members.list.query({ workspaceId });
  const { members } = bob;

  for (const userId of [people.bob.userId, people.ada.userId])
    await expect(members.updateRole.mutate({ workspaceId, userId, role: "owner" })).toBeRefused(
      "ROLE_ESCALATION",
    );
  await expect(
    members.updateRole.mutate({ workspaceId, userId: people.ada.userId, role: "viewer" }),
  ).toBeRefused("ROLE_ESCALATION");
  await expect(members.remove.mutate({ workspaceId, userId: people.ada.userId })).toBeRefused(
    "ROLE_ESCALATION",
  );

  expect(await ada.members.list.query({ workspaceId })).toEqual(before);
});

test("the last owner stays: he cannot leave, be demoted or be removed", async () => {
  const { ada, people, workspaceId } = await openWorld({ ada: "owner", bob: "admin" });
  const { userId } = people.ada;
  const before = await ada.members.list.query({ workspaceId });
  expect(await ada.members.removalPreview.query({ workspaceId, userId })).toMatchObject({
    isLastOwner: true,
  });

  await expect(ada.workspaces.leave.mutate({ workspaceId })).toBeRefused("LAST_OWNER");
  await expect(ada.members.updateRole.mutate({ workspaceId, userId, role: "admin" })).toBeRefused(
    "LAST_OWNER",
  );
  await expect(ada.members.remove.mutate({ workspaceId, userId })).toBeRefused("LAST_OWNER");

  expect(await ada.members.list.query({ workspaceId })).toEqual(before);
});

test("ownership passes to a member, and to nobody else", async () => {
  const { ada, bob, eve, people, workspaceId } = await openWorld({
    ada: "owner",
    bob: "viewer",
    eve: "stranger",
  });
  const { workspaces } = ada;
  await expect(workspaces.transferOwnership.mutate({ workspaceId, userId: people.eve.userId })).toBeRefused(
    "NOT_MEMBER",
  );
  await expect(
    eve.workspaces.transferOwnership.mutate({ workspaceId, userId: people.eve.userId }),
  ).toBeRefused("FORBIDDEN");

  const left = await workspaces.transferOwnership.mutate({ workspaceId, userId: people.bob.userId });

  expect(left.role).toBe("admin");
  expect((await bob.workspaces.get.query({ workspaceId })).role).toBe("owner");
  await expect(workspaces.transferOwnership.mutate({ workspaceId, userId: people.ada.userId })).toBeRefused(
    "FORBIDDEN",
  );
});

/** Everything that can be asked: who asks, of whom, for what, beside how many owners. */
const QUESTIONS = ROLES.flatMap((grantor) =>
  ROLES.flatMap((from) =>
    [...ROLES, null].flatMap((to) => [1, 2].map((owners) => ({ grantor, from, to, owners }))),
  ),
);

describe("a change of a role", () => {
  test("never gives or takes a role above that of whoever makes it", () => {
    for (const question of QUESTIONS) {
      const { grantor, from, to } = question;
      const isBeyond = isAbove(from, grantor) || (to !== null && isAbove(to, grantor));
      expect(decideRoleChange(question) === "ROLE_ESCALATION", JSON.stringify(question)).toBe(isBeyond);
    }
  });

  test("never leaves a workspace without an owner", () => {
    for (const question of QUESTIONS.filter(({ from, to }) => from === "owner" && to !== "owner"))
      if (question.owners === 1) expect(decideRoleChange(question)).not.toBe("change");
  });

  test("is allowed in every other case", () => {
    for (const question of QUESTIONS.filter(({ grantor, owners }) => grantor === "owner" && owners === 2))
      expect(decideRoleChange(question)).toBe(question.from === question.to ? "nothing" : "change");
  });
});
