import { createClient } from "@gatehouse/client";
import type { ApiError } from "@gatehouse/client";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mostConnections } from "../../server/src/http/seats.ts";
import { dial, sayTo } from "../support/socket.ts";
import { isReady } from "./parts/node.ts";
import { openScene } from "./parts/scene.ts";
import type { Scene } from "./parts/scene.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ under: ["prlimit", "--nofile=256:256"] });
});
afterAll(() => scene.close());

/** Milliseconds until the server hangs up on somebody who sends one more piece each second, or nothing. */
async function patienceWith(beginning: string, drop: string | null = null): Promise<number> {
  const socket = await dial(scene.node.url);
  socket.resume();
  const startedAt = performance.now();
  socket.write(beginning);
  const dripping = setInterval(() => drop !== null && socket.write(drop), 1_000);
  await once(socket, "close");
  clearInterval(dripping);
  return performance.now() - startedAt;
}

describe("within 15 seconds the server hangs up on whoever", () => {
  const body = "Host: a\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n";
  // Whoever brings no signature is refused before his body is read.
  const signed = "svix-id: msg_1\r\nsvix-timestamp: 1\r\nsvix-signature: v1,a\r\n";
  test.concurrent.each([
    ["says nothing", "", null],
    ["stops in the middle of the headers", "GET /healthz HTTP/1.1\r\nHost: a\r\n", null],
    ["sends his headers slowly", "GET /healthz HTTP/1.1\r\nHost: a\r\n", "X-More: 1\r\n"],
    ["sends one header slowly", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: ", "x"],
    ["stops in the middle of his body", `POST /trpc/accessCodes.redeem HTTP/1.1\r\n${body}\r\n{`, null],
    ["sends his body slowly", `POST /trpc/accessCodes.redeem HTTP/1.1\r\n${body}\r\n{`, " "],
    ["sends a webhook slowly", `POST /webhooks/clerk HTTP/1.1\r\n${body}${signed}\r\n{`, " "],
    ["has had his answer and asks no more", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", null],
  ])("%s", async (_what, beginning, drop) => {
    expect(await patienceWith(beginning, drop)).toBeLessThan(15_000);
  });
});

/** As a load balancer asks: by a connection of its own. */
async function health({ url } = scene.node): Promise<number | undefined> {
  const { statuses } = await sayTo(url, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  return statuses[0];
}

test("who keeps idle connections cannot keep others out: those that ask for nothing make room", async () => {
  const idle: Socket[] = [];
  // The server may open 256 files, so it takes 128 connections.
  for (let each = 0; each < 400; each++) {
    const socket = await dial(scene.node.url);
    idle.push(socket);
    // Every other one has asked something before, and is kept alive.
    if (each % 2 === 0) socket.resume().write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    if (each % 20 === 0) expect(await health()).toBe(200);
  }
  expect(await health()).toBe(200);
  expect(await scene.api.me.get.query()).toMatchObject({ email: "ada@example.com" });
  for (const socket of idle) socket.destroy();
});

test("whoever waits for his answer keeps his connection, however many others come", async () => {
  const { api, pool, workspaceId } = scene;
  const locker = await pool.connect();
  await locker.query("BEGIN; LOCK TABLE projects IN ACCESS EXCLUSIVE MODE");
  const waiting = api.projects.list.query({ workspaceId });
  await sleep(200);
  const idle = await Promise.all(Array.from({ length: 300 }, () => dial(scene.node.url)));
  expect(await health()).toBe(200);
  await locker.query("ROLLBACK");
  locker.release();

  expect((await waiting).items).toEqual([]);
  for (const socket of idle) socket.destroy();
});

test("no descriptors left: the server lives, and serves when there are some", async () => {
  const { node, api } = scene;
  // Fewer than it counts on, as when it has opened other files.
  execFileSync("prlimit", [`--pid=${node.pid}`, "--nofile=60:256"]);
  const sockets = await Promise.all(Array.from({ length: 100 }, () => dial(node.url).catch(() => null)));
  await sleep(500);
  expect(await health()).toBeUndefined();
  for (const socket of sockets) socket?.destroy();

  await expect.poll(health).toBe(200);
  expect(await api.me.get.query()).toMatchObject({ email: "ada@example.com" });
  execFileSync("prlimit", [`--pid=${node.pid}`, "--nofile=256:256"]);
});

test.skipIf((await mostConnections()) < 10_000)(
  "ten thousand idle connections, and more that come: health answers, and so does everything else",
  async () => {
    const node = await scene.another({ under: [] });
    const idle: Socket[] = [];
    for (let round = 0; round < 53; round++)
      idle.push(...(await Promise.all(Array.from({ length: 200 }, () => dial(node.url)))));
    for (const socket of idle) socket.resume();

    const open = () => idle.filter(({ closed }) => !closed).length;
    await expect.poll(open).toBeLessThanOrEqual(10_000);
    expect(open()).toBeGreaterThan(9_900);
    const api = createClient({ url: node.url, getToken: scene.getToken, retries: 0 });
    expect(await health(node)).toBe(200);
    expect(await api.me.get.query()).toMatchObject({ email: "ada@example.com" });
    for (const socket of idle) socket.destroy();
    await node.kill();
  },
);

test("after a standstill the server turns away who has waited, and takes up its work again", async () => {
  const { api, node } = scene;
  node.freeze();
  const waiting = Array.from({ length: 20 }, () => api.me.get.query());
  await sleep(4_000);
  node.thaw();

  const answers = await Promise.allSettled(waiting);
  const refused = answers.flatMap((answer) =>
    answer.status === "rejected" ? [answer.reason as ApiError] : [],
  );
  expect(refused.length).toBeGreaterThan(0);
  for (const { code, retryAfterSeconds } of refused)
    expect([code, retryAfterSeconds]).toEqual(["UNAVAILABLE", 1]);
  await expect.poll(() => api.me.get.query().then(({ email }) => email, String)).toBe("ada@example.com");
});

test("told to stop in the middle of requests, it says so first, answers them, and is gone within ten seconds", async () => {
  const node = await scene.another({ env: { DRAIN_SECONDS: "1" } });
  const { getToken, pool, workspaceId } = scene;
  const locker = await pool.connect();
  await locker.query("BEGIN; LOCK TABLE projects IN ACCESS EXCLUSIVE MODE");
  const late = createClient({ url: node.url, getToken, retries: 0 });
  const waiting = late.projects.list.query({ workspaceId });
  await sleep(500);

  const startedAt = performance.now();
  const stopped = node.stop();
  // A load balancer looks elsewhere while it still serves whoever comes.
  await expect.poll(() => isReady(node.url)).toBe(false);
  expect(await health(node)).toBe(200);
  await expect.poll(() => health(node).catch(() => "nobody")).toBe("nobody");
  await locker.query("ROLLBACK");
  locker.release();

  expect((await waiting).items).toEqual([]);
  expect(await stopped).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
