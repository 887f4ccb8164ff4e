import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A way to the database server that can be tampered with. */
export interface Wire {
  /** The database's address by this way. */
  url: string;
  /** From now on nothing arrives on the connections that are open, and nobody is told, as a firewall does it. */
  cut: () => void;
  /** Hangs up, and refuses whoever calls. */
  breakOff: () => void;
  mend: () => void;
  close: () => Promise<void>;
}

/** @param only what the connections say of themselves when they begin that are meant; all of them where it is left out */
export async function openWire(url: URL, only = ""): Promise<Wire> {
  let state: "whole" | "cut" | "broken" = "whole";
  const sockets = new Set<Socket>();
  const meant = new Set<Socket>();
  const relay = createServer((near) => {
    const far = connect(Number(url.port || 5432), url.hostname);
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
        if (!isDead) to.write(bytes);
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
