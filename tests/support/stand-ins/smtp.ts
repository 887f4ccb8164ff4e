import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { createInterface } from "node:readline";

/** A mail as it came over the wire. */
export interface TakenMail {
  from: string;
  to: string;
  /** Headers and text, as they were sent. */
  message: string;
}

/** A mail server on loopback that lets its users in and keeps what it is given. */
export interface SmtpServer {
  url: string;
  /** Who may sign in, with his password; one user unless a test changes it. */
  users: Map<string, string>;
  urlOf: (user: string) => string;
  mails: TakenMail[];
  /** What every recipient is answered from now on. */
  answerRecipients: (answer: string) => void;
  close: () => Promise<void>;
}

export async function openSmtpServer(): Promise<SmtpServer> {
  const mails: TakenMail[] = [];
  const sockets = new Set<Socket>();
  const users = new Map([["gatehouse", "secret of the mail server"]]);
  const policy = { recipients: "250 Yes", users };
  const server = createServer((socket) => {
    sockets.add(socket);
    void talk(socket, mails, policy);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const urlOf = (user: string): string =>
    `smtp://${user}:${encodeURIComponent(users.get(user) ?? "")}@127.0.0.1:${port}`;
  return {
    url: urlOf("gatehouse"),
    users,
    urlOf,
    mails,
    answerRecipients: (answer) => void (policy.recipients = answer),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

interface Policy {
  recipients: string;
  users: ReadonlyMap<string, string>;
}

/** One connection: as much of RFC 5321 as a client needs to hand mails over. */
async function talk(socket: Socket, mails: TakenMail[], policy: Policy): Promise<void> {
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  let isIn = false;
  let envelope = { from: "", to: "" };
  let lines: string[] | null = null;
  say("220 mail.example.com");
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    if (lines !== null && line !== ".") lines.push(line.replace(/^\./, ""));
    else if (lines !== null) {
      mails.push({ ...envelope, message: lines.join("\n") });
      lines = null;
      say("250 Kept");
    } else if (line.startsWith("EHLO")) say("250-mail.example.com\r\n250 AUTH PLAIN");
    else if (line.startsWith("AUTH PLAIN")) {
      const [, user = "", password] = Buffer.from(line.slice(11), "base64").toString().split("\0");
      isIn = password !== undefined && policy.users.get(user) === password;
      say(isIn ? "235 Welcome" : "535 No");
    } else if (line.startsWith("MAIL FROM:")) {
      envelope = { from: addressIn(line), to: "" };
      say(isIn ? "250 Yes" : "530 Sign in first");
    } else if (line.startsWith("RCPT TO:")) {
      envelope.to = addressIn(line);
      say(policy.recipients);
    } else if (line === "DATA") {
      lines = [];
      say("354 Go on");
    } else if (line === "QUIT") {
      say("221 Bye");
      socket.end();
    } else say("250 Yes");
  }
}

function addressIn(line: string): string {
  return /<(.*?)>/.exec(line)?.[1] ?? "";
}
