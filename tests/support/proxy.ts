import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Balancer {
  url: string;
  /** The servers that it gives requests to at this moment. */
  ready: () => readonly string[];
  close: () => Promise<void>;
}

const CHECK_EVERY_MS = 50;

/**
 * A load balancer as they all do it: it asks each server for /readyz all the time, and those that are ready take turns. A
 * request is given to one server and never again.
 */
export async function openBalancer(targets: readonly string[]): Promise<Balancer> {
  const ready = new Set<string>();
  const check = async (target: string): Promise<void> => {
    const isReady = await fetch(`${target}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) ready.add(target);
    else ready.delete(target);
  };
  await Promise.all(targets.map(check));
  // One check at a time: a late answer must not bring a server back that has said no since.
  const over = new AbortController();
  const checking = targets.map(async (target) => {
    for (; !over.signal.aborted; await sleep(CHECK_EVERY_MS)) await check(target);
  });

  let turn = 0;
  const server = createServer((from, to) => {
    const all = targets.filter((target) => ready.has(target));
    turn += 1;
    const target = all[turn % all.length];
    if (target === undefined) return void to.writeHead(502).end();
    const onward = request(target + (from.url ?? ""), { method: from.method, headers: from.headers });
    onward.once("error", () => to.writeHead(502).end());
    onward.once("response", (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    from.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: () => [...ready],
    close: async () => {
      over.abort();
      await Promise.all(checking);
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
