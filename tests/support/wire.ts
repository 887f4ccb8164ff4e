import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A way to the database server that can be tampered with. */
export interface Wire {
  /** The database's address by this way. */
  url: string;
  /** From now on nothing arrives on the connections that are open, and nobody is told, as a firewall does it. */
  cut: () => void;
  /** Swallows what the database says unasked, as a pooler in transaction mode does it: nobody hears a NOTIFY. */
  deafen: () => void;
  /** Hangs up, and refuses whoever calls. */
  breakOff: () => void;
  mend: () => void;
  close: () => Promise<void>;
}

/** @param only what the connections say of themselves when they begin that are meant; all of them where it is left out */
export async function openWire(url: URL, only = ""): Promise<Wire> {
  let state: "whole" | "deaf" | "cut" | "broken" = "whole";
  const sockets = new Set<Socket>();
  const meant = new Set<Socket>();
  const relay = createServer((near) => {
    const far = connect(Number(url.port || 5432), url.hostname);
    const messages = openMessages();
    let isDead = false;
    near.once("data", (greeting) => {
      if (greeting.includes(only)) meant.add(near);
      if (state === "broken" && meant.has(near)) near.destroy();
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (bytes) => {
        isDead ||= state === "cut" && meant.has(near);
        if (isDead) return;
        if (from === near) to.write(bytes);
        else
          for (const message of messages(bytes))
            if (state !== "deaf" || message[0] !== NOTIFICATION) to.write(message);
      });
      from.on("error", () => undefined);
      from.on("close", () => {
        sockets.delete(from);
        meant.delete(from);
        to.destroy();
      });
      sockets.add(from);
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const near = new URL(url);
  near.host = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
  return {
    url: near.href,
    cut: () => {
      state = "cut";
    },
    deafen: () => {
      state = "deaf";
    },
    breakOff: () => {
      state = "broken";
      for (const socket of meant) socket.destroy();
    },
    mend: () => {
      state = "whole";
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      relay.close();
    },
  };
}

/** PostgreSQL's messages are a letter, a length that counts itself, and so many bytes (its manual, "Message Formats"). */
const NOTIFICATION = "A".charCodeAt(0);
function openMessages(): (bytes: Buffer) => Generator<Buffer> {
  let rest = Buffer.alloc(0);
  return function* (bytes) {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5) {
      const end = 1 + rest.readUInt32BE(1);
      if (rest.length < end) return;
      yield rest.subarray(0, end);
      rest = rest.subarray(end);
    }
  };
}
