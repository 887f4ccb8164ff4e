import { describe, expect, test } from "vitest";
import { openOrganization } from "./support/organization.ts";
import { snapshot } from "./support/snapshot.ts";
import { signUp } from "./support/world.ts";

/** An organization without limits of Clerk's, and how Clerk sees its invitations. */
async function openDoors() {
  const world = await openOrganization();
  const { clerk, organizationId } = world;
  await clerk.organizations.updateOrganization(organizationId, { maxAllowedMemberships: 0 });
  await world.server.clerk.settled();
  const atClerk = async () => {
    const { data } = await clerk.organizations.getOrganizationInvitationList({ organizationId, limit: 100 });
    return data.map(({ emailAddress, role, status }) => [emailAddress, role, status].join(" ")).toSorted();
  };
  const openAtClerk = async () => {
    const { data } = await clerk.organizations.getOrganizationInvitationList({
      organizationId,
      status: ["pending"],
    });
    return data;
  };
  return { ...world, atClerk, openAtClerk };
}

describe("an invitation into an organization", () => {
  test("is made at Clerk, which sends it, and is listed here when the call returns", async () => {
    const { ada, workspaceId, atClerk, server } = await openDoors();
    await server.clerk.options({ paused: true });

    const eve = await ada.invitations.create.mutate({
      workspaceId,
      email: "Eve@Example.com",
      role: "member",
    });
    const fay = await ada.invitations.create.mutate({ workspaceId, email: "fay@example.com", role: "admin" });

    expect(eve).toMatchObject({ workspaceId, email: "eve@example.com", role: "member", mailSent: true });
    expect(await atClerk()).toEqual([
      "eve@example.com org:member pending",
      "fay@example.com org:admin pending",
    ]);
    const first = await ada.invitations.list.query({ workspaceId, limit: 1 });
    expect(first.items.map(({ id }) => id)).toEqual([fay.id]);
    const second = await ada.invitations.list.query({ workspaceId, cursor: first.nextCursor! });
    expect(second).toMatchObject({ items: [{ id: eve.id, email: "eve@example.com" }], nextCursor: null });

    await server.clerk.options({ paused: false });
    await server.clerk.settled();
    expect((await ada.invitations.list.query({ workspaceId })).items).toHaveLength(2);
  });

  test("of an address that was asked before takes the place of the first one", async () => {
    const { ada, workspaceId, atClerk } = await openDoors();
    const email = "eve@example.com";
    await ada.invitations.create.mutate({ workspaceId, email, role: "member" });

    const again = await ada.invitations.create.mutate({ workspaceId, email, role: "admin" });

    expect(await atClerk()).toEqual([`${email} org:admin pending`, `${email} org:member revoked`]);
    const { items } = await ada.invitations.list.query({ workspaceId });
    expect(items).toMatchObject([{ id: again.id, role: "admin" }]);
  });

  test("is sent again by making it anew, with the role that Clerk knows it by", async () => {
    const { ada, clerk, workspaceId, organizationId, openAtClerk, server } = await openDoors();
    await server.clerk.defineRole({ key: "org:guest", name: "Guest", permissions: [] });
    await clerk.organizations.createOrganizationInvitation({
      organizationId,
      emailAddress: "gil@example.com",
      role: "org:guest",
      publicMetadata: { team: "blue" },
    });
    await server.clerk.settled();
    const [before] = (await ada.invitations.list.query({ workspaceId })).items;

    const sent = await ada.invitations.resend.mutate({ workspaceId, invitationId: before!.id });

    expect(sent).toMatchObject({ email: "gil@example.com", role: "member", mailSent: true });
    expect(await openAtClerk()).toMatchObject([{ role: "org:guest", publicMetadata: { team: "blue" } }]);
    expect((await ada.invitations.list.query({ workspaceId })).items).toMatchObject([{ id: sent.id }]);
    const old = { workspaceId, invitationId: before!.id };
    await expect(ada.invitations.resend.mutate(old)).toBeRefused("NOT_FOUND");
  });

  test("that is revoked here is revoked at Clerk, and nobody sees it any more", async () => {
    const { ada, workspaceId, atClerk, server } = await openDoors();
    await server.clerk.options({ paused: true });
    const { id } = await ada.invitations.create.mutate({
      workspaceId,
      email: "eve@example.com",
      role: "member",
    });

    await ada.invitations.revoke.mutate({ workspaceId, invitationId: id });

    expect(await atClerk()).toEqual(["eve@example.com org:member revoked"]);
    expect((await ada.invitations.list.query({ workspaceId })).items).toEqual([]);
    await expect(ada.invitations.revoke.mutate({ workspaceId, invitationId: id })).toBeRefused("NOT_FOUND");
    await server.clerk.options({ paused: false });
    await server.clerk.settled();
  });

  test("that was accepted a moment before is not revoked, and is listed no longer", async () => {
    const { ada, workspaceId, openAtClerk, atClerk, server } = await openDoors();
    const { id: invitationId } = await ada.invitations.create.mutate({
      workspaceId,
      email: "eve@example.com",
      role: "member",
    });
    const eve = await signUp("eve");
    await server.clerk.options({ paused: true });
    await server.clerk.acceptInvitation((await openAtClerk())[0]!.id, eve.clerkId);

    await expect(ada.invitations.revoke.mutate({ workspaceId, invitationId })).toBeRefused("NOT_FOUND");

    expect(await atClerk()).toEqual(["eve@example.com org:member accepted"]);
    expect((await ada.invitations.list.query({ workspaceId })).items).toEqual([]);
    await server.clerk.options({ paused: false });
    await server.clerk.settled();
    expect((await eve.api.workspaces.get.query({ workspaceId })).role).toBe("member");
  });

  test("is answered at Clerk: here its own guest is told so, and nobody else that there is one", async () => {
    const { ada, bob, workspaceId, server } = await openDoors();
    const eve = await signUp("eve");
    const { id: invitationId } = await ada.invitations.create.mutate({
      workspaceId,
      email: eve.email,
      role: "member",
    });

    await expect(eve.api.invitations.accept.mutate({ invitationId })).rejects.toThrow("one of Clerk's");
    await expect(eve.api.invitations.decline.mutate({ invitationId })).toBeRefused("FORBIDDEN");
    await expect(bob.invitations.accept.mutate({ invitationId })).toBeRefused("NOT_FOUND");

    expect((await eve.api.invitations.listMine.query({})).items).toEqual([]);
    expect((await ada.invitations.list.query({ workspaceId })).items).toMatchObject([{ id: invitationId }]);
    await server.clerk.settled();
  });
});

describe("what our own rules or Clerk's forbid", () => {
  test("reaches neither of them: a member's wish, an owner's role, a role that nothing at Clerk means", async () => {
    const { ada, bob, workspaceId, atClerk, server } = await openDoors();
    const before = await snapshot(server.running.services.database.pool);
    const email = "eve@example.com";

    const asked = bob.invitations.create.mutate({ workspaceId, email, role: "member" });
    await expect(asked).toBeRefused("FORBIDDEN");
    for (const role of ["owner", "viewer"] as const)
      await expect(ada.invitations.create.mutate({ workspaceId, email, role })).toBeRefused(
        "VALIDATION_FAILED",
      );

    expect(await atClerk()).toEqual([]);
    const after = await snapshot(server.running.services.database.pool);
    expect(after["organization_invitations"]).toEqual(before["organization_invitations"]);
    expect(after["audit_entries"]).toEqual(before["audit_entries"]);
  });

  test("Clerk knows who is a member, how many it lets in, and what it cannot do now", async () => {
    const { ada, people, workspaceId, atClerk, server } = await openDoors();
    const invite = (email: string) => ada.invitations.create.mutate({ workspaceId, email, role: "member" });

    await expect(invite(people.bob.email)).toBeRefused("ALREADY_MEMBER");
    await server.clerk.fault({ path: "/v1/organizations/*", status: 503, times: 1 });
    await expect(invite("eve@example.com")).toBeRefused("UNAVAILABLE");
    expect(server.log.takeErrors()).toHaveLength(1);
    const code = "organization_membership_quota_exceeded";
    await server.clerk.fault({ path: "/v1/organizations/*", status: 403, code, times: 1 });
    await expect(invite("eve@example.com")).toBeRefused("LIMIT_REACHED");

    expect(await atClerk()).toEqual([]);
    expect((await ada.invitations.list.query({ workspaceId })).items).toEqual([]);
  });

  test("another organization's invitation is as unknown as one that never was", async () => {
    const theirs = await openDoors();
    const { id: invitationId } = await theirs.ada.invitations.create.mutate({
      workspaceId: theirs.workspaceId,
      email: "eve@example.com",
      role: "member",
    });
    const { ada, workspaceId } = await openDoors();

    await expect(ada.invitations.revoke.mutate({ workspaceId, invitationId })).toBeRefused("NOT_FOUND");
    await expect(ada.invitations.resend.mutate({ workspaceId, invitationId })).toBeRefused("NOT_FOUND");

    expect(await theirs.atClerk()).toEqual(["eve@example.com org:member pending"]);
  });
});
