import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

/** A bare connection to a server, for what no HTTP client would send. That it breaks is what such tests are about. */
export async function dial(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

export interface Heard {
  text: string;
  /** The statuses of all answers, in their order. */
  statuses: number[];
  /** Whether the server hung up; else it said nothing for so long. */
  isClosed: boolean;
}

/** What the server says to these bytes, until it hangs up or is silent for a time. */
export async function sayTo(url: string, bytes: string, silenceMs = 1_000): Promise<Heard> {
  const socket = await dial(url);
  socket.write(Buffer.from(bytes, "latin1"));
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  socket.setTimeout(silenceMs);
  const isClosed = await Promise.race([
    once(socket, "close").then(() => true),
    once(socket, "timeout").then(() => false),
  ]);
  socket.destroy();
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  return { text, statuses, isClosed };
}
