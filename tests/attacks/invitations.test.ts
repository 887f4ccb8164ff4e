import { createClient } from "@gatehouse/client";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWorld, signUp } from "../support/world.ts";

test("who is removed has no way back through an invitation that his key has sent", async () => {
  const { ada, bob, people, server, workspaceId } = await openWorld({ ada: "owner", bob: "admin" });
  const secondSelf = await signUp("bob-again");
  const { secret } = await bob.apiKeys.create.mutate({
    workspaceId,
    name: "Inviter",
    scopes: ["members:manage"],
    tier: "lite",
  });
  const key = createClient({ url: server.url, apiKey: secret });
  const { id: invitationId } = await key.invitations.create.mutate({
    email: secondSelf.email,
    role: "admin",
  });

  await ada.members.remove.mutate({ workspaceId, userId: people.bob.userId });

  await expect(secondSelf.api.invitations.accept.mutate({ invitationId })).toBeRefused("NOT_FOUND");
  expect((await ada.members.list.query({ workspaceId })).items).toHaveLength(1);
});

test("the name of a workspace writes no line of the letter", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  const name = 'Acme".\r\n\r\nYour account is locked: https://evil.example\u2028\n';
  await ada.workspaces.update.mutate({ workspaceId, name });

  const { id } = await ada.invitations.create.mutate({ workspaceId, email: "v@example.com", role: "viewer" });

  const folder = join(server.running.services.config.dataFolder, "mail");
  const letters = await Promise.all(
    // Without the soft line breaks of quoted-printable.
    (await readdir(folder)).map(async (file) =>
      (await readFile(join(folder, file), "utf8")).replace(/=\r?\n/g, ""),
    ),
  );
  const letter = letters.find((each) => each.includes(id)) ?? "";
  expect(letter).toContain("evil.example");
  expect(letter.split(/\r?\n/).filter((line) => line.startsWith("Your account"))).toEqual([]);
});
