import type { Mail } from "../../providers/mail.ts";
import type { Services } from "../../services.ts";

export interface InvitationLetter {
  invitationId: string;
  email: string;
  workspaceName: string;
  role: string;
  inviterName: string | null;
  expiresAt: Date;
}

export type MailServices = Pick<Services, "mailer" | "config" | "log">;

/**
 * Sends an invitation. It stands already, so a mail server that does not answer is no failure of the call.
 *
 * @returns whether the mail was handed over
 */
export async function sendLetter(
  { mailer, config, log }: MailServices,
  letter: InvitationLetter,
): Promise<boolean> {
  try {
    await mailer.send(write(letter, config.appUrl ?? config.publicUrl));
    return true;
  } catch (error) {
    // Its message may name the address; the kind of failure is enough to look further.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    log.warn({ invitationId: letter.invitationId, code }, "an invitation could not be sent");
    return false;
  }
}

/** The link is no secret: only whoever has verified this address at sign-in can accept. */
function write(letter: InvitationLetter, frontendUrl: string): Mail {
  const { invitationId, email, role, expiresAt } = letter;
  const workspaceName = oneLine(letter.workspaceName);
  const inviterName = oneLine(letter.inviterName ?? "Somebody");
  const day = expiresAt.toISOString().slice(0, 10);
  return {
    to: email,
    subject: `Invitation to ${workspaceName}`,
    text: [
      `${inviterName} invites you to the workspace "${workspaceName}" as ${role}.`,
      "",
      `Sign in with this address and accept until ${day}:`,
      `${frontendUrl}/invitations/${invitationId}`,
      "",
      "If you did not expect this, you need not do anything.",
      "",
    ].join("\n"),
  };
}

/** A name that goes on in a line of its own would write a part of the letter, in our name. */
function oneLine(name: string): string {
  return name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}
