import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openOrganization } from "./support/organization.ts";
import { serveWith, testServer } from "./support/server.ts";
import { openWorld } from "./support/world.ts";

// Whoever may invite sends mail in our name to people who have not asked for it.

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-limits-"));
  const file = join(folder, "limits.json");
  await writeFile(file, JSON.stringify({ perDay: { invitationsFrom: 5, invitationsTo: 3 } }));
  serveWith({ LIMITS_FILE: file });
});
afterAll(() => rm(folder, { recursive: true }));

const somebody = (): string => `guest-${randomUUID()}@example.com`;

async function lettersTo(email: string): Promise<number> {
  const mails = join((await testServer()).running.services.config.dataFolder, "mail");
  const files = await readdir(mails).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(mails, file), "utf8")));
  return texts.filter((text) => text.includes(`To: ${email}`)).length;
}

test("one address is sent few invitations a day, by however many workspaces and in whatever way", async () => {
  const { ada, workspaceId } = await openWorld({ ada: "owner" });
  const { eve, workspaceId: hers } = await openWorld({ eve: "owner" });
  const email = somebody();
  const invite = { workspaceId, email, role: "viewer" } as const;
  const { id } = await ada.invitations.create.mutate(invite);
  await ada.invitations.revoke.mutate({ workspaceId, invitationId: id });
  const { id: invitationId } = await ada.invitations.create.mutate(invite);
  await ada.invitations.resend.mutate({ workspaceId, invitationId });
  const before = await ada.invitations.list.query({ workspaceId });

  await expect(ada.invitations.resend.mutate({ workspaceId, invitationId })).toBeRefused("RATE_LIMITED");
  await expect(ada.invitations.create.mutate({ ...invite, role: "admin" })).toBeRefused("RATE_LIMITED");
  const shouted = { workspaceId: hers, email: email.toUpperCase(), role: "viewer" } as const;
  await expect(eve.invitations.create.mutate(shouted)).rejects.toThrow("This address has been sent too many");

  expect(await lettersTo(email)).toBe(3);
  expect(await ada.invitations.list.query({ workspaceId })).toEqual(before);
  await eve.invitations.create.mutate({ ...shouted, email: somebody() });
});

test("one workspace sends few invitations a day, and another one loses nothing", async () => {
  const { ada, workspaceId } = await openWorld({ ada: "owner" });
  const { eve, workspaceId: hers } = await openWorld({ eve: "owner" });
  const invite = (email: string) => ({ workspaceId, email, role: "viewer" }) as const;
  for (let letter = 0; letter < 5; letter++) await ada.invitations.create.mutate(invite(somebody()));

  const email = somebody();
  for (let attempt = 0; attempt < 4; attempt++)
    await expect(ada.invitations.create.mutate(invite(email))).rejects.toThrow(
      "This workspace has sent too many",
    );

  expect(await lettersTo(email)).toBe(0);
  await eve.invitations.create.mutate({ ...invite(email), workspaceId: hers });
  expect(await lettersTo(email)).toBe(1);
});

test("letters that Clerk sends are counted too, and an invitation that cannot be sent again stays open", async () => {
  const { ada, clerk, organizationId, workspaceId } = await openOrganization();
  const email = somebody();
  let { id: invitationId } = await ada.invitations.create.mutate({ workspaceId, email, role: "member" });
  for (let again = 0; again < 2; again++)
    ({ id: invitationId } = await ada.invitations.resend.mutate({ workspaceId, invitationId }));

  await expect(ada.invitations.resend.mutate({ workspaceId, invitationId })).toBeRefused("RATE_LIMITED");

  const { data } = await clerk.organizations.getOrganizationInvitationList({ organizationId });
  const states = data.filter(({ emailAddress }) => emailAddress === email).map(({ status }) => status);
  expect(states.filter((status) => status === "pending")).toHaveLength(1);
  expect(states.filter((status) => status === "revoked")).toHaveLength(2);
});
