import type { Transporter } from "nodemailer";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MailConfig } from "../base/config-mail.ts";
import type { Log } from "../base/log.ts";

export interface Mail {
  to: string;
  /** May hold what people have written: it is sent as one line. */
  subject: string;
  text: string;
}

export interface Mailer {
  /** Hands a mail over; what happens to it afterwards nobody knows. Rejects where it is not taken. */
  send: (mail: Mail) => Promise<void>;
  close: () => Promise<void>;
}

/** The library would wait for minutes. */
const TIME_LIMIT_MS = 10_000;

/** Nodemailer is loaded with the first mail. */
export function openMailer(config: MailConfig, log: Log): Mailer {
  switch (config.kind) {
    case "smtp":
      return openSmtp(config);
    case "folder":
      return openFolder(config, log);
  }
}

function openSmtp({ url, from }: Extract<MailConfig, { kind: "smtp" }>): Mailer {
  const connect = async (): Promise<Transporter> => {
    const { createTransport } = await import("nodemailer");
    return createTransport({
      url: url.reveal(),
      connectionTimeout: TIME_LIMIT_MS,
      greetingTimeout: TIME_LIMIT_MS,
      socketTimeout: TIME_LIMIT_MS,
      // A text of ours never names a file or an address to read from.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  let transport: Promise<Transporter> | undefined;
  return {
    send: async (mail) => void (await (await (transport ??= connect())).sendMail({ ...oneLine(mail), from })),
    close: async () => (await transport)?.close(),
  };
}

/** For developers: each mail is a file that any mail program opens. The log says where, and not what or to whom. */
function openFolder({ folder, from }: Extract<MailConfig, { kind: "folder" }>, log: Log): Mailer {
  let count = 0;
  return {
    send: async (mail) => {
      const { createTransport } = await import("nodemailer");
      const transport = createTransport({ streamTransport: true, buffer: true, newline: "unix" });
      const { message } = await transport.sendMail({ ...oneLine(mail), from });
      if (!Buffer.isBuffer(message)) throw new Error("a mail was not put together in memory");
      await mkdir(folder, { recursive: true });
      const file = join(folder, `${Date.now()}-${process.pid}-${++count}.eml`);
      await writeFile(file, message, { mode: 0o600 });
      log.info({ file }, "SMTP_URL is unset: a mail was written to a file");
    },
    close: () => Promise.resolve(),
  };
}

/** A line break in a subject would begin a header of its own. The library guards against it too. */
function oneLine({ subject, ...mail }: Mail): Mail {
  return { ...mail, subject: subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ") };
}
