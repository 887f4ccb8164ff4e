import { connect } from "node:net";
import type { Socket } from "node:net";

/** What came back for one request. */
export interface Answer {
  status: number;
  /** From the last byte handed to the kernel to the last byte of the answer. */
  milliseconds: number;
}

/** One kept-alive connection that asks one request at a time, as cheaply as Node can: what loads must not be what is measured. */
export interface Connection {
  /** @param request the whole request as it goes over the wire */
  ask(request: string): Promise<Answer>;
  close(): void;
}

const END_OF_HEAD = Buffer.from("\r\n\r\n");
/** JSON holds no line break, so nothing but the last chunk ends like this. */
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return overSocket(socket);
}

function overSocket(socket: Socket): Connection {
  let waiting: { done: (answer: Answer) => void; failed: (why: Error) => void; askedAt: number } | null =
    null;
  let received: Buffer = Buffer.alloc(0);

  socket.on("data", (part: Buffer) => {
    received = received.length === 0 ? part : Buffer.concat([received, part]);
    if (waiting === null || !isWhole(received)) return;
    const answer = { status: statusOf(received), milliseconds: performance.now() - waiting.askedAt };
    const { done } = waiting;
    waiting = null;
    received = Buffer.alloc(0);
    done(answer);
  });
  const fail = (why: Error): void => {
    waiting?.failed(why);
    waiting = null;
  };
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the server closed a connection that it was asked on")));

  return {
    ask: (request) =>
      new Promise((done, failed) => {
        waiting = { done, failed, askedAt: performance.now() };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

function isWhole(answer: Buffer): boolean {
  const end = answer.indexOf(END_OF_HEAD);
  if (end === -1) return false;
  const head = answer.toString("latin1", 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return answer.length >= end + END_OF_HEAD.length + Number(length);
  if (/\r\ntransfer-encoding: *chunked/i.test(head))
    return answer.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  throw new Error(`an answer has neither a length nor chunks: ${head.slice(0, 100)}`);
}

/** `HTTP/1.1 200 OK` */
function statusOf(answer: Buffer): number {
  return Number(answer.toString("latin1", 9, 12));
}
