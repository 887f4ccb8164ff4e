import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A wire that can be cut: every connection to it is one to the target. */
export interface TcpProxy {
  port: number;
  /** Swallows what either side sends, as a network does that drops packets: nobody is told. */
  swallow: () => void;
  /** From now on everything is on its way for so long, in both directions. */
  delay: (milliseconds: number) => void;
  /** Lets new connections through again; those of before stay dead. */
  heal: () => void;
  close: () => Promise<void>;
}

export async function openTcpProxy(target: () => number): Promise<TcpProxy> {
  let isSwallowing = false;
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near);
    near.on("error", () => near.destroy());
    if (isSwallowing) return;
    const far = connect(target(), "127.0.0.1");
    sockets.add(far);
    far.on("error", () => near.destroy());
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      // One after the other, or a chunk could overtake another one whose delay was longer.
      let before = Promise.resolve<unknown>(null);
      from.on("data", (chunk) => {
        if (isSwallowing || dead.has(near)) return;
        const until = sleep(delayMs);
        before = before.then(() => until).then(() => to.write(chunk));
      });
      from.on("close", () => to.destroy());
    }
  });
  const dead = new WeakSet<Socket>();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    swallow: () => {
      isSwallowing = true;
      for (const socket of sockets) dead.add(socket);
    },
    delay: (milliseconds) => {
      delayMs = milliseconds;
    },
    heal: () => {
      isSwallowing = false;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
