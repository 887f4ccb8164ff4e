import { expect, test } from "vitest";
import { openReceiver, openWorld } from "./support.ts";

test("an organization has its creator as admin, is found by slug, changed and deleted", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });

  const acme = await clerk.organizations.createOrganization({ name: "Acme Corp", createdBy: ada.id });
  expect(acme).toMatchObject({ slug: "acme-corp", maxAllowedMemberships: 5 });
  const found = await clerk.organizations.getOrganization({ slug: "acme-corp" });
  expect(found).toMatchObject({ id: acme.id, membersCount: 1 });
  const members = await clerk.organizations.getOrganizationMembershipList({ organizationId: acme.id });
  expect(members.data[0]).toMatchObject({
    role: "org:admin",
    organization: { id: acme.id },
    publicUserData: { userId: ada.id, identifier: "ada@example.com" },
  });

  await clerk.organizations.updateOrganization(acme.id, { name: "Acme", slug: "acme" });
  await clerk.organizations.updateOrganizationMetadata(acme.id, { publicMetadata: { a: { b: 1 } } });
  const merged = await clerk.organizations.updateOrganizationMetadata(acme.id, {
    publicMetadata: { a: { c: 2 } },
  });
  expect(merged).toMatchObject({ name: "Acme", slug: "acme", publicMetadata: { a: { b: 1, c: 2 } } });
  const replaced = await clerk.organizations.replaceOrganizationMetadata(acme.id, {
    publicMetadata: { d: 3 },
  });
  expect(replaced.publicMetadata).toEqual({ d: 3 });

  expect((await clerk.organizations.getOrganizationList({ query: "acm" })).totalCount).toBe(1);
  const deleted = await clerk.organizations.deleteOrganization(acme.id);
  expect(deleted).toMatchObject({ id: acme.id, slug: "acme", deleted: true });
  expect((await clerk.organizations.getOrganizationList()).totalCount).toBe(0);
});

test("members come, change their role, carry metadata and go", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const grace = await controls.createUser({ email: "grace@example.com" });
  const acme = await clerk.organizations.createOrganization({ name: "Acme", createdBy: ada.id });
  const which = { organizationId: acme.id, userId: grace.id };

  const joined = await clerk.organizations.createOrganizationMembership({ ...which, role: "org:member" });
  expect(joined.permissions).toEqual(["org:sys_memberships:read"]);
  await expect(
    clerk.organizations.createOrganizationMembership({ ...which, role: "org:member" }),
  ).rejects.toMatchObject({ status: 400, errors: [{ code: "already_a_member_in_organization" }] });
  await expect(
    clerk.organizations.updateOrganizationMembership({ ...which, role: "org:nonsense" }),
  ).rejects.toMatchObject({ status: 422 });

  const raised = await clerk.organizations.updateOrganizationMembership({ ...which, role: "org:admin" });
  expect(raised).toMatchObject({ id: joined.id, role: "org:admin" });
  const noted = await clerk.organizations.updateOrganizationMembershipMetadata({
    ...which,
    publicMetadata: { desk: 4 },
  });
  expect(noted.publicMetadata).toEqual({ desk: 4 });
  expect((await clerk.users.getOrganizationMembershipList({ userId: grace.id })).totalCount).toBe(1);
  expect((await clerk.organizations.getInstanceOrganizationMembershipList({})).totalCount).toBe(2);

  const removed = await clerk.organizations.deleteOrganizationMembership(which);
  expect(removed).toMatchObject({ id: joined.id, role: "org:admin" });
  expect((await clerk.users.getOrganizationMembershipList({ userId: grace.id })).totalCount).toBe(0);
});

test("an organization that is full takes nobody", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const grace = await controls.createUser({ email: "grace@example.com" });
  const acme = await clerk.organizations.createOrganization({
    name: "Acme",
    createdBy: ada.id,
    maxAllowedMemberships: 1,
  });
  await expect(
    clerk.organizations.createOrganizationMembership({
      organizationId: acme.id,
      userId: grace.id,
      role: "org:member",
    }),
  ).rejects.toMatchObject({ status: 403, errors: [{ code: "organization_membership_quota_exceeded" }] });
});

test("an invitation is accepted or revoked, and each step is told", async () => {
  const world = await openWorld();
  const { clerk, controls, local } = world;
  const ada = await controls.createUser({ email: "ada@example.com" });
  const grace = await controls.createUser({ email: "grace@example.com" });
  const { id: organizationId } = await clerk.organizations.createOrganization({
    name: "Acme",
    createdBy: ada.id,
  });
  const receiver = await openReceiver(world);
  const invite = { organizationId, inviterUserId: ada.id, role: "org:member" };

  const invitation = await clerk.organizations.createOrganizationInvitation({
    ...invite,
    emailAddress: "grace@example.com",
    publicMetadata: { desk: 4 },
  });
  expect(invitation).toMatchObject({ status: "pending", publicOrganizationData: { slug: "acme" } });
  expect((await clerk.users.getOrganizationInvitationList({ userId: grace.id })).totalCount).toBe(1);
  await expect(
    clerk.organizations.createOrganizationInvitation({ ...invite, emailAddress: "grace@example.com" }),
  ).rejects.toMatchObject({ errors: [{ code: "duplicate_record" }] });

  const { membership } = await controls.acceptInvitation(invitation.id, grace.id);
  expect(membership).toMatchObject({ role: "org:member", public_metadata: { desk: 4 } });
  const other = await clerk.organizations.createOrganizationInvitation({
    ...invite,
    emailAddress: "joan@example.com",
  });
  const revoke = { organizationId, invitationId: other.id, requestingUserId: ada.id };
  expect((await clerk.organizations.revokeOrganizationInvitation(revoke)).status).toBe("revoked");
  await expect(clerk.organizations.revokeOrganizationInvitation(revoke)).rejects.toMatchObject({
    status: 400,
  });

  const pending = await clerk.organizations.getOrganizationInvitationList({
    organizationId,
    status: ["pending"],
  });
  expect(pending.totalCount).toBe(0);
  await local.settled();
  expect(receiver.types()).toEqual([
    "organizationInvitation.created",
    "organizationMembership.created",
    "organizationInvitation.accepted",
    "organizationInvitation.created",
    "organizationInvitation.revoked",
  ]);
});

test("invitations to the application are made once for each address", async () => {
  const { clerk } = await openWorld();
  const invitation = await clerk.invitations.createInvitation({ emailAddress: "grace@example.com" });
  await expect(
    clerk.invitations.createInvitation({ emailAddress: "grace@example.com" }),
  ).rejects.toMatchObject({ errors: [{ code: "duplicate_record" }] });
  const bulk = await clerk.invitations.createInvitationBulk([
    { emailAddress: "joan@example.com" },
    { emailAddress: "rosa@example.com" },
  ]);
  expect(bulk).toHaveLength(2);

  expect((await clerk.invitations.revokeInvitation(invitation.id)).status).toBe("revoked");
  expect((await clerk.invitations.getInvitationList()).totalCount).toBe(2);
  await clerk.invitations.deleteInvitation(invitation.id);
  expect((await clerk.invitations.getInvitationList({ status: "revoked" })).totalCount).toBe(0);
});
