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

/** A mail server on loopback that lets one user in and keeps what it is given. */
export interface SmtpServer {
  url: string;
  mails: TakenMail[];
  /** What every recipient is answered from now on. */
  answerRecipients: (answer: string) => void;
  close: () => Promise<void>;
}

const CREDENTIALS = { user: "gatehouse", password: "secret of the mail server" };

export async function openSmtpServer(): Promise<SmtpServer> {
  const mails: TakenMail[] = [];
  const sockets = new Set<Socket>();
  const policy = { recipients: "250 Yes" };
  const server = createServer((socket) => {
    sockets.add(socket);
    void talk(socket, mails, policy);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { user, password } = CREDENTIALS;
  return {
    url: `smtp://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    mails,
    answerRecipients: (answer) => void (policy.recipients = answer),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** One connection: as much of RFC 5321 as a client needs to hand mails over. */
async function talk(socket: Socket, mails: TakenMail[], policy: { recipients: string }): Promise<void> {
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  const wanted = Buffer.from(`\0${CREDENTIALS.user}\0${CREDENTIALS.password}`).toString("base64");
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
      isIn = line === `AUTH PLAIN ${wanted}`;
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
