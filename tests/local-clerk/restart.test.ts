import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyToken } from "@clerk/backend";
import { expect, onTestFinished, test } from "vitest";
import { findControls, openControls } from "../../server/src/local-clerk/controls.ts";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import { clerkFor, openReceiver, openWorld } from "./support.ts";

async function newFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "local-clerk-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  return join(parent, "state");
}

test("a user made just before a clean stop is there at the next start, with the same keys", async () => {
  const folder = await newFolder();
  const first = await openLocalClerk({ port: 0, folder });
  const ada = await openControls(first).createUser({ email: "ada@example.com" });
  const token = await openControls(first).mint({ userId: ada.id, expiresInSeconds: 600 });
  await first.close();

  const { local, clerk } = await openWorld({ folder });

  expect((await clerk.users.getUser(ada.id)).primaryEmailAddress?.emailAddress).toBe("ada@example.com");
  const { secretKey, publishableKey, controlToken, webhookSecret } = first;
  expect(local).toMatchObject({ secretKey, publishableKey, controlToken, webhookSecret });
  const options = { apiUrl: local.url, secretKey, issuer: local.issuer };
  expect(await verifyToken(token, options)).toMatchObject({ sub: ada.id });
});

test("the folder and its files are the owner's alone", async () => {
  const folder = await newFolder();
  const local = await openLocalClerk({ port: 0, folder });
  await openControls(local).createUser({ email: "ada@example.com" });
  await local.close();
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const file of ["identity.json", "state.json"]) {
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  }
});

test("a command finds the controls of the instance that runs on a folder", async () => {
  const folder = await newFolder();
  expect(await findControls(folder)).toBeUndefined();
  const local = await openLocalClerk({ port: 0, folder });
  const ada = await (await findControls(folder))!.createUser({ email: "ada@example.com" });
  expect((await clerkFor(local).users.getUser(ada.id)).id).toBe(ada.id);
  await local.close();
  expect(await findControls(folder)).toBeUndefined();
});

test("a port that is taken is told as an error", async () => {
  const { local } = await openWorld();
  await expect(openLocalClerk({ port: Number(new URL(local.url).port) })).rejects.toThrow(/EADDRINUSE/);
});

test("a rotated key is kept", async () => {
  const folder = await newFolder();
  const first = await openLocalClerk({ port: 0, folder });
  const { kid } = await openControls(first).rotateKeys();
  await first.close();
  const { controls } = await openWorld({ folder });
  expect((await controls.publicKey()).kid).toBe(kid);
});

test("a webhook that nobody took is delivered after the restart", async () => {
  const folder = await newFolder();
  const first = await openLocalClerk({ port: 0, folder, retryFactor: 0.05 });
  const world = { local: first, controls: openControls(first), clerk: clerkFor(first) };
  const receiver = await openReceiver(world);
  receiver.answers.push({ status: 503 });
  await world.controls.createUser({ email: "ada@example.com" });
  await expect.poll(() => receiver.received.length).toBe(1);
  await first.close();

  const second = await openWorld({ folder });
  second.local.addWebhookEndpoint(receiver.url);
  await second.local.settled();

  expect(receiver.received).toHaveLength(2);
  expect(receiver.received[0]!.id).toBe(receiver.received[1]!.id);
});

test("a file that cannot be read stops the start and is left as it is", async () => {
  const folder = await newFolder();
  await (await openLocalClerk({ port: 0, folder })).close();
  const file = join(folder, "state.json");
  await writeFile(file, "{ half");
  await expect(openLocalClerk({ port: 0, folder })).rejects.toThrow(/state\.json cannot be read/);
  expect(await readFile(file, "utf8")).toBe("{ half");
});

test("without a folder everything is new each time", async () => {
  const one = await openWorld();
  const two = await openWorld();
  expect(one.local.secretKey).not.toBe(two.local.secretKey);
  expect(one.local.secretKey).toMatch(/^sk_test_/);
  expect(one.local.publishableKey).toBe(`pk_test_${Buffer.from("clerk.local.test$").toString("base64")}`);
});

test("a reset forgets people and faults, and keeps keys and receivers", async () => {
  const world = await openWorld();
  const { controls, clerk, local } = world;
  const receiver = await openReceiver(world);
  await controls.createUser({ email: "ada@example.com" });
  await controls.fault({ path: "/v1/users/count", status: 500 });
  await controls.setClock(1000);
  await local.settled();
  const { kid } = await controls.publicKey();

  await controls.reset();

  expect(await clerk.users.getCount()).toBe(0);
  expect((await controls.publicKey()).kid).toBe(kid);
  await controls.createUser({ email: "ada@example.com" });
  await local.settled();
  expect(receiver.types()).toEqual(["user.created", "user.created"]);
});
