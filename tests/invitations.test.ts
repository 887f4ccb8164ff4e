import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWorld } from "./support/world.ts";
import type { TestServer } from "./support/server.ts";

test("who is invited finds the invitation in his mail, accepts it and is a member", async () => {
  const { ada, bob, people, server, workspaceId } = await openWorld({ ada: "owner", bob: "newcomer" });
  const { email } = people.bob;

  const invitation = await ada.invitations.create.mutate({ workspaceId, email, role: "member" });

  expect(invitation).toMatchObject({ email, role: "member", mailSent: true });
  expect(await mailTo(server, email)).toContain(`/invitations/${invitation.id}`);
  expect((await bob.invitations.listMine.query()).items).toMatchObject([
    { id: invitation.id, workspaceId, workspaceName: "The world", role: "member", invitedBy: "ada" },
  ]);
  const workspace = await bob.invitations.accept.mutate({ invitationId: invitation.id });
  expect(workspace).toMatchObject({ id: workspaceId, role: "member" });
  expect(await bob.workspaces.get.query({ workspaceId })).toEqual(workspace);
  await expect(bob.invitations.accept.mutate({ invitationId: invitation.id })).toBeRefused("NOT_FOUND");
});

test("an invitation is of use to its own verified address alone", async () => {
  const { ada, eve, people, server, workspaceId } = await openWorld({
    ada: "owner",
    bob: "newcomer",
    eve: "newcomer",
  });
  const { email, userId, api: bob } = people.bob;
  const { id: invitationId } = await ada.invitations.create.mutate({ workspaceId, email, role: "member" });

  await expect(eve.invitations.accept.mutate({ invitationId })).toBeRefused("EMAIL_MISMATCH");
  await expect(eve.invitations.decline.mutate({ invitationId })).toBeRefused("EMAIL_MISMATCH");
  expect((await eve.invitations.listMine.query()).items).toEqual([]);
  const { db } = server.running.services.database;
  await db.user.update({ where: { id: userId }, data: { emailVerified: false } });
  await expect(bob.invitations.accept.mutate({ invitationId })).toBeRefused("EMAIL_MISMATCH");
  expect((await bob.invitations.listMine.query()).items).toEqual([]);

  expect((await ada.members.list.query({ workspaceId })).items).toHaveLength(1);
});

test("an address has one open invitation: the second takes the place of the first", async () => {
  const { ada, bob, people, workspaceId } = await openWorld({ ada: "owner", bob: "newcomer" });
  const { email } = people.bob;
  await ada.invitations.create.mutate({ workspaceId, email, role: "admin" });

  await ada.invitations.create.mutate({ workspaceId, email: email.toUpperCase(), role: "viewer" });

  const { items } = await ada.invitations.list.query({ workspaceId });
  expect(items.map(({ email: to, role }) => [to, role])).toEqual([[email, "viewer"]]);
  expect((await bob.invitations.listMine.query()).items).toHaveLength(1);
});

test("an expired invitation opens nothing until it is sent again", async () => {
  const { ada, bob, people, server, workspaceId } = await openWorld({ ada: "owner", bob: "newcomer" });
  const { email } = people.bob;
  const { id: invitationId } = await ada.invitations.create.mutate({ workspaceId, email, role: "member" });
  const { db } = server.running.services.database;
  await db.invitation.update({ where: { id: invitationId }, data: { expiresAt: new Date("2020-01-01") } });

  await expect(bob.invitations.accept.mutate({ invitationId })).toBeRefused("INVITATION_EXPIRED");
  expect((await bob.invitations.listMine.query()).items).toEqual([]);
  await ada.invitations.resend.mutate({ workspaceId, invitationId });

  expect(await bob.invitations.accept.mutate({ invitationId })).toMatchObject({ role: "member" });
});

test("a revoked or declined invitation is as good as none", async () => {
  const { ada, bob, people, workspaceId } = await openWorld({ ada: "owner", bob: "newcomer" });
  const { email } = people.bob;
  const first = await ada.invitations.create.mutate({ workspaceId, email, role: "member" });
  await ada.invitations.revoke.mutate({ workspaceId, invitationId: first.id });
  await expect(bob.invitations.accept.mutate({ invitationId: first.id })).toBeRefused("NOT_FOUND");

  const second = await ada.invitations.create.mutate({ workspaceId, email, role: "member" });
  await bob.invitations.decline.mutate({ invitationId: second.id });
  await expect(bob.invitations.accept.mutate({ invitationId: second.id })).toBeRefused("NOT_FOUND");
  await expect(ada.invitations.resend.mutate({ workspaceId, invitationId: second.id })).toBeRefused(
    "NOT_FOUND",
  );
});

test("nobody invites into a role above his own, and nobody is invited twice", async () => {
  const { ada, bob, people, workspaceId } = await openWorld({ ada: "owner", bob: "admin" });
  const invite = { workspaceId, email: "friend@example.com", role: "owner" } as const;

  await expect(bob.invitations.create.mutate(invite)).toBeRefused("ROLE_ESCALATION");
  const { id: invitationId } = await ada.invitations.create.mutate(invite);
  await expect(bob.invitations.resend.mutate({ workspaceId, invitationId })).toBeRefused("ROLE_ESCALATION");
  await expect(
    ada.invitations.create.mutate({ workspaceId, email: people.bob.email, role: "viewer" }),
  ).toBeRefused("ALREADY_MEMBER");
});

test("who is demoted leaves no invitation into a role that he may not give any more", async () => {
  const { ada, bob, people, workspaceId } = await openWorld({ ada: "owner", bob: "owner" });
  await bob.invitations.create.mutate({ workspaceId, email: "o@example.com", role: "owner" });
  await bob.invitations.create.mutate({ workspaceId, email: "a@example.com", role: "admin" });

  await ada.members.updateRole.mutate({ workspaceId, userId: people.bob.userId, role: "admin" });
  expect((await ada.invitations.list.query({ workspaceId })).items.map(({ role }) => role)).toEqual([
    "admin",
  ]);

  await ada.members.updateRole.mutate({ workspaceId, userId: people.bob.userId, role: "member" });
  expect((await ada.invitations.list.query({ workspaceId })).items).toEqual([]);
});

test("a workspace with twenty open invitations sends no further one", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  const expiresAt = new Date("2099-01-01");
  const { db } = server.running.services.database;
  await db.invitation.createMany({
    data: Array.from({ length: 20 }, (_, index) => ({
      workspaceId,
      email: `p${index}@example.com`,
      role: "viewer" as const,
      expiresAt,
    })),
  });

  await expect(
    ada.invitations.create.mutate({ workspaceId, email: "one-more@example.com", role: "viewer" }),
  ).toBeRefused("LIMIT_REACHED");

  expect((await ada.invitations.list.query({ workspaceId, limit: 100 })).items).toHaveLength(20);
});

test("neither the log nor the audit trail tells who was invited", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  const email = "somebody.quite.private@example.com";
  const { id: invitationId } = await ada.invitations.create.mutate({ workspaceId, email, role: "viewer" });
  await ada.invitations.revoke.mutate({ workspaceId, invitationId });

  const { rows } = await server.running.services.database.pool.query("SELECT * FROM audit_entries");

  expect(JSON.stringify(rows) + server.log.text()).not.toContain("quite.private");
});

/** Without a mail server, mails are files in the data directory. */
async function mailTo({ running }: TestServer, email: string): Promise<string> {
  const folder = join(running.services.config.dataFolder, "mail");
  const mails = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
  );
  return mails.find((mail) => mail.includes(`To: ${email}`)) ?? "";
}
