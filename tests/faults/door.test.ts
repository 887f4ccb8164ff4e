import { createClient } from "@gatehouse/client";
import type { ApiError } from "@gatehouse/client";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openScene } from "./parts/scene.ts";
import type { Scene } from "./parts/scene.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ under: ["prlimit", "--nofile=256:256"] });
});
afterAll(() => scene.close());

async function dial(): Promise<Socket> {
  const { port } = new URL(scene.node.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** Milliseconds until the server hangs up on somebody who sends one more byte each second. */
async function patienceWith(beginning: string, drop: string): Promise<number> {
  const socket = await dial();
  socket.resume();
  const startedAt = performance.now();
  socket.write(beginning);
  const dripping = setInterval(() => socket.write(drop), 1_000);
  await once(socket, "close");
  clearInterval(dripping);
  return performance.now() - startedAt;
}

describe("who sends slowly is cut off", () => {
  test.concurrent("in the middle of the headers", async () => {
    expect(await patienceWith("GET /healthz HTTP/1.1\r\nHost: a\r\n", "X-More: 1\r\n")).toBeLessThan(20_000);
  });

  test.concurrent("in the middle of the body", async () => {
    const head = "POST /trpc/accessCodes.redeem HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    expect(await patienceWith(`${head}Content-Length: 9000\r\n\r\n{`, " ")).toBeLessThan(20_000);
  });

  test.concurrent("in the middle of a webhook", async () => {
    const head = "POST /webhooks/clerk HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    // Whoever brings no signature is refused before his body is read.
    const signed = "svix-id: msg_1\r\nsvix-timestamp: 1\r\nsvix-signature: v1,a\r\n";
    expect(await patienceWith(`${head}${signed}Content-Length: 9000\r\n\r\n{`, " ")).toBeLessThan(20_000);
  });
});

test("more connections than the server has descriptors for: it lives, and serves when they are gone", async () => {
  const sockets = await Promise.all(Array.from({ length: 400 }, () => dial().catch(() => null)));
  await sleep(500);
  for (const socket of sockets) socket?.destroy();

  await expect
    .poll(() =>
      fetch(`${scene.node.url}/readyz`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  expect(await scene.api.me.get.query()).toMatchObject({ email: "ada@example.com" });
});

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

test("told to stop in the middle of requests, it answers them, and is gone within ten seconds", async () => {
  const node = await scene.another();
  const { getToken, pool, workspaceId } = scene;
  const locker = await pool.connect();
  await locker.query("BEGIN; LOCK TABLE projects IN ACCESS EXCLUSIVE MODE");
  const late = createClient({ url: node.url, getToken, retries: 0 });
  const waiting = late.projects.list.query({ workspaceId });
  await sleep(500);

  const startedAt = performance.now();
  const stopped = node.stop();
  await expect
    .poll(() =>
      fetch(`${node.url}/healthz`).then(
        ({ status }) => status,
        () => "nobody",
      ),
    )
    .toBe("nobody");
  await locker.query("ROLLBACK");
  locker.release();

  expect((await waiting).items).toEqual([]);
  expect(await stopped).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
