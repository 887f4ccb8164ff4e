import { afterAll, beforeAll, expect, test } from "vitest";
import { serveWith } from "./support/server.ts";
import { openSmtpServer } from "./support/stand-ins/smtp.ts";
import type { SmtpServer } from "./support/stand-ins/smtp.ts";
import { openWorld } from "./support/world.ts";

let smtp: SmtpServer;
beforeAll(async () => {
  smtp = await openSmtpServer();
  serveWith({
    SMTP_URL: smtp.url,
    MAIL_FROM: "Gatehouse <no-reply@example.com>",
    APP_URL: "https://app.example.com",
  });
});
afterAll(() => smtp.close());

test("an invitation is handed to the mail server, from our address, with a link into the frontend", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  await ada.workspaces.update.mutate({ workspaceId, name: "Möwe & Söhne" });

  const { id, mailSent } = await ada.invitations.create.mutate({
    workspaceId,
    email: "bob@example.com",
    role: "member",
  });

  expect(mailSent).toBe(true);
  const [mail] = smtp.mails.splice(0);
  expect(mail).toMatchObject({ from: "no-reply@example.com", to: "bob@example.com" });
  expect(mail?.message).toContain("From: Gatehouse <no-reply@example.com>");
  expect(mail?.message).toMatch(/^Subject: =\?UTF-8\?/m);
  expect(readable(mail?.message)).toContain(`https://app.example.com/invitations/${id}`);
  expect(readable(mail?.message)).toContain("Möwe & Söhne");
  expect(server.log.text()).not.toContain("bob@example.com");
});

test("a mail server that refuses is told of, the invitation stands, and sending it again helps", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  smtp.answerRecipients("451 Come back later");
  const invitation = { workspaceId, email: "cyd@example.com", role: "member" as const };

  const { id, mailSent } = await ada.invitations.create.mutate(invitation);

  expect(mailSent).toBe(false);
  expect(smtp.mails).toEqual([]);
  expect((await ada.invitations.list.query({ workspaceId })).items).toMatchObject([{ id }]);
  expect(server.log.text()).toContain("an invitation could not be sent");
  expect(server.log.text()).not.toContain("cyd@example.com");

  smtp.answerRecipients("250 Yes");
  expect(await ada.invitations.resend.mutate({ workspaceId, invitationId: id })).toMatchObject({
    mailSent: true,
  });
  expect(smtp.mails.splice(0)).toMatchObject([{ to: "cyd@example.com" }]);
});

/** The text of a mail, of which whatever is not ASCII was sent as quoted-printable. */
function readable(message = ""): string {
  const bytes = message
    .replaceAll(/=\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
