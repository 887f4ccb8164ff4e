import { beforeAll, expect, test } from "vitest";
import { serveWith } from "../support/server.ts";
import { openWorld, signUp } from "../support/world.ts";

const workspacesPerUser = 4;
beforeAll(() => serveWith({}, { limits: { workspacesPerUser } }));

test("who has given a workspace away does not take it back through an invitation of before", async () => {
  const { ada, bob, people, workspaceId } = await openWorld({ ada: "owner", bob: "member" });
  const secondSelf = await signUp("ada-again");
  const { id: invitationId } = await ada.invitations.create.mutate({
    workspaceId,
    email: secondSelf.email,
    role: "owner",
  });

  await ada.workspaces.transferOwnership.mutate({ workspaceId, userId: people.bob.userId });

  await expect(secondSelf.api.invitations.accept.mutate({ invitationId })).toBeRefused("NOT_FOUND");
  const { items } = await bob.members.list.query({ workspaceId });
  expect(items.filter(({ role }) => role === "owner").map(({ userId }) => userId)).toEqual([
    people.bob.userId,
  ]);
});

test("nobody owns more workspaces than he may by deleting some, making others and restoring the first", async () => {
  const { ada } = await openWorld({ ada: "stranger" });
  const first = await ada.workspaces.create.mutate({ name: "The first" });
  await ada.workspaces.delete.mutate({ workspaceId: first.id });
  for (let made = 0; made < workspacesPerUser; made++)
    await ada.workspaces.create.mutate({ name: "Another" });

  await expect(ada.workspaces.restore.mutate({ workspaceId: first.id })).toBeRefused("LIMIT_REACHED");

  await expect(ada.workspaces.get.query({ workspaceId: first.id })).toBeRefused("FORBIDDEN");
  const [last] = (await ada.workspaces.list.query({})).items;
  await ada.workspaces.delete.mutate({ workspaceId: last!.id });
  expect(await ada.workspaces.restore.mutate({ workspaceId: first.id })).toMatchObject({ role: "owner" });
});

test("nor by making them at Clerk, where each costs the operator money", async () => {
  const { ada, server } = await openWorld({ ada: "stranger" });
  const make = () => ada.workspaces.create.mutate({ name: "Another", kind: "organization" });
  for (let made = 0; made < workspacesPerUser; made++) await make();
  await server.clerk.forgetRequests();

  await expect(make()).toBeRefused("LIMIT_REACHED");

  expect(await server.clerk.requests("/organizations")).toEqual([]);
});
