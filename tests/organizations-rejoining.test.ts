import { expect, test } from "vitest";
import { openOrganization } from "./support/organization.ts";
import { deliver } from "./webhooks/deliver.ts";

// Whoever comes back to an organization has a membership with another id. What went with the old one stays ended,
// whichever of the two Clerk tells of first.

async function openWithKeyOfBob() {
  const organization = await openOrganization();
  const { ada, bob, people, workspaceId, server } = organization;
  await ada.members.updateRole.mutate({ workspaceId, userId: people.bob.userId, role: "admin" });
  const { id: apiKeyId, secret } = await bob.apiKeys.create.mutate({
    workspaceId,
    name: "Before he left",
    scopes: ["projects:read"],
    tier: "lite",
  });
  await server.clerk.settled();
  await server.clerk.options({ paused: true });
  return { ...organization, apiKeyId, oldKey: server.as(secret) };
}

/** He leaves and joins again at Clerk, which has not told of it yet. */
async function rejoin({ clerk, organizationId, people }: Awaited<ReturnType<typeof openOrganization>>) {
  const seat = { organizationId, userId: people.bob.clerkId };
  await clerk.organizations.deleteOrganizationMembership(seat);
  await clerk.organizations.createOrganizationMembership({ ...seat, role: "org:admin" });
}

test("the key of who left and joined again is dead, when Clerk tells of his joining first", async () => {
  const organization = await openWithKeyOfBob();
  const { bob, workspaceId, apiKeyId, oldKey, server } = organization;
  expect((await oldKey.projects.list.query({ workspaceId })).items).toEqual([]);
  await rejoin(organization);

  const joined = (await server.clerk.messages()).findLast(
    ({ type }) => type === "organizationMembership.created",
  )!;
  expect((await deliver(joined.body, { id: joined.id })).status).toBe(200);

  await expect(oldKey.projects.list.query({ workspaceId })).toBeRefused("INVALID_API_KEY");
  const { secret } = await bob.apiKeys.create.mutate({
    workspaceId,
    name: "Since he is back",
    scopes: ["projects:read"],
    tier: "lite",
  });
  await server.clerk.options({ paused: false });
  await server.clerk.settled();
  // The end of the old membership comes last, and does not touch what came after it.
  expect((await server.as(secret).projects.list.query({ workspaceId })).items).toEqual([]);
  expect((await bob.apiKeys.get.query({ workspaceId, apiKeyId })).revokedAt).not.toBeNull();
});

test("the key of who left is dead, when only the comparison with Clerk finds that he is gone", async () => {
  const { clerk, organizationId, people, apiKeyId, server } = await openWithKeyOfBob();
  await clerk.organizations.deleteOrganizationMembership({ organizationId, userId: people.bob.clerkId });

  await server.admin.admin.sync.reconcile.mutate({ dryRun: false });

  const { db } = server.running.services.database;
  expect(await db.apiKey.findUniqueOrThrow({ where: { id: apiKeyId } })).not.toMatchObject({
    revokedAt: null,
  });
  await server.clerk.options({ paused: false });
  await server.clerk.settled();
});
