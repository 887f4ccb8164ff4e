import { expect, test } from "vitest";
import { openWorld, signUp } from "../support/world.ts";

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
