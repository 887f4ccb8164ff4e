import { resolve } from "node:path";
import { Secret } from "./secret.ts";
import type { Settings } from "./settings.ts";

/** How mail leaves: over SMTP, or into a folder where a developer finds it. */
export type MailConfig =
  { kind: "smtp"; url: Secret; from: string } | { kind: "folder"; folder: string; from: string };

const NOBODY = "gatehouse@localhost";

export function readMail(settings: Settings, dataFolder: string): MailConfig {
  const url = settings.text("SMTP_URL");
  const from = settings.text("MAIL_FROM");
  if (from !== null && !/^[^\r\n]*[^\s@]+@[^\s@>]+>?$/.test(from))
    settings.refuse("MAIL_FROM", 'is not an address such as "Gatehouse <no-reply@example.com>"');
  if (url === null) return { kind: "folder", folder: resolve(dataFolder, "mail"), from: from ?? NOBODY };

  if (!/^smtps?:\/\//.test(url) || !URL.canParse(url))
    settings.refuse("SMTP_URL", "is not an smtp:// or smtps:// address");
  if (from === null) settings.refuse("MAIL_FROM", "is needed with SMTP_URL: servers refuse mail from nobody");
  if (settings.text("APP_URL") === null)
    settings.refuse("APP_URL", "is needed with SMTP_URL: the links in mails lead there");
  return { kind: "smtp", url: new Secret(url), from: from ?? NOBODY };
}
