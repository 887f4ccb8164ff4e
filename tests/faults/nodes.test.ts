import { createClient } from "@gatehouse/client";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { expectNothingLost, keepSpending } from "./parts/callers.ts";
import type { Node } from "./parts/node.ts";
import { openRedisProcess } from "./parts/redis.ts";
import { openScene } from "./parts/scene.ts";

const MINUTES = Number(process.env["FAULTS_MINUTES"] ?? 5);
const EVERY_MS = 2_000;

/** A load balancer as they all are: in turn, and past a server that does not take the connection. */
async function openBalancer(ports: () => readonly number[]): Promise<{ url: string; close: () => void }> {
  let turn = 0;
  const balancer = createServer((incoming, outgoing) => {
    turn += 1;
    const [first, ...others] = [
      ...ports().slice(turn % ports().length),
      ...ports().slice(0, turn % ports().length),
    ];
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => pass(first ?? 0, others));
    const pass = (port: number, rest: readonly number[]): void => {
      const { method, headers, url } = incoming;
      const onward = request({ port, host: "127.0.0.1", method, headers, path: url }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.on("error", () => outgoing.destroy());
      });
      onward.on("error", (error) => {
        const [next, ...last] = rest;
        // Only what has certainly not been taken may be given to another one.
        const isRefused = "code" in error && error.code === "ECONNREFUSED";
        if (isRefused && next !== undefined) return pass(next, last);
        if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(502).end();
      });
      onward.end(Buffer.concat(chunks));
    };
  });
  balancer.listen(0, "127.0.0.1");
  await once(balancer, "listening");
  return {
    url: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`,
    close: () => balancer.close(),
  };
}

test(`two servers, one killed every two seconds for ${MINUTES} minutes: callers notice nothing, nothing is lost or doubled`, async () => {
  const redis = await openRedisProcess();
  const scene = await openScene({ env: { REDIS_URL: redis.url } });
  const { clerk, getToken, node: first, pool, workspaceId } = scene;
  const ports = [Number(new URL(first.url).port)];
  const second = await scene.another();
  ports.push(Number(new URL(second.url).port));
  const nodes: Node[] = [first, second];
  const balancer = await openBalancer(() => ports);
  const api = createClient({ url: balancer.url, getToken, retries: 8 });
  const callers = keepSpending(
    Array.from({ length: 8 }, () => api),
    workspaceId,
  );

  const until = performance.now() + MINUTES * 60_000;
  let kills = 0;
  while (performance.now() < until) {
    const turn = kills++ % 2;
    await nodes[turn]!.kill();
    // It comes back at its old address, as a supervisor would have it.
    nodes[turn] = await scene.another({ clerk, port: ports[turn]! });
    await sleep(EVERY_MS);
  }

  const tally = await callers.stop();
  console.log(`${kills} kills, ${tally.acknowledged.length} spends acknowledged`);
  expect(tally.failures, "what the client's retries did not hide").toEqual({});
  await expectNothingLost(pool, tally);
  balancer.close();
  await scene.close();
  await redis.kill();
});
