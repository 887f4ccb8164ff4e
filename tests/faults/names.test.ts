import { createClient } from "@gatehouse/client";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { openScene } from "./parts/scene.ts";
import type { Scene } from "./parts/scene.ts";

/** Names are looked up in files of the server's own, which only root may put in their place. */
const MAY_MOUNT = process.platform === "linux" && userInfo().uid === 0;

let scene: Scene;
let folder: string;
beforeAll(async () => {
  scene = await openScene();
  folder = await mkdtemp(join(tmpdir(), "gatehouse-names-"));
  await writeFile(join(folder, "resolv.conf"), "nameserver 127.0.0.9\noptions timeout:1 attempts:1\n");
});
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

/** Whether the name of Clerk's API means anything. */
const resolve = (isKnown: boolean) =>
  writeFile(join(folder, "hosts"), isKnown ? "127.0.0.1 localhost\n" : "# nobody\n");

/** A server that knows Clerk by its name. */
function startThere(port: number) {
  const mount =
    'mount --bind "$0/hosts" /etc/hosts && mount --bind "$0/resolv.conf" /etc/resolv.conf && exec "$@"';
  return scene.another({
    port,
    under: ["unshare", "--mount", "sh", "-c", mount, folder],
    env: { CLERK_API_URL: scene.clerk.url.replace("127.0.0.1", "localhost") },
  });
}

test.skipIf(!MAY_MOUNT)(
  "while names mean nothing, a server that has Clerk's keys goes on with them",
  async () => {
    await resolve(true);
    const { url, kill } = await startThere(await freePort());
    const api = createClient({ url, getToken: scene.getToken, retries: 0 });
    await api.me.get.query();

    await resolve(false);
    expect(await api.me.get.query()).toMatchObject({ email: "ada@example.com" });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await kill();
  },
);

test.skipIf(!MAY_MOUNT)("a server that starts meanwhile lives, is not ready, and mends itself", async () => {
  await resolve(false);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const starting = startThere(port);
  const statusOf = (path: string) => fetch(url + path).then(({ status }) => status, String);
  await expect.poll(() => statusOf("/healthz"), { timeout: 30_000 }).toBe(200);
  expect(await statusOf("/readyz")).toBe(503);
  const api = createClient({ url, getToken: scene.getToken, retries: 0 });
  await expect(api.me.get.query()).toBeRefused("UNAVAILABLE");

  await resolve(true);
  const { kill } = await starting;
  expect(await api.me.get.query()).toMatchObject({ email: "ada@example.com" });
  await kill();
});
