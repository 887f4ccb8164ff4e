import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openReceiver, openWorld, verified } from "./support.ts";

test("every write is told, signed so that the SDK accepts it", async () => {
  const world = await openWorld();
  const receiver = await openReceiver(world);
  const ada = await world.controls.createUser({ email: "ada@example.com" });
  await world.clerk.users.updateUser(ada.id, { firstName: "Ada" });
  await world.clerk.users.deleteUser(ada.id);
  await world.local.settled();

  expect(receiver.types()).toEqual(["user.created", "user.updated", "user.deleted"]);
  const [created, , deleted] = receiver.received;
  const event = await verified(created!, world.local.webhookSecret);
  expect(event.type).toBe("user.created");
  expect(created!.id).toMatch(/^msg_[0-9A-Za-z]{27}$/);
  expect(created!.event.timestamp).toBeGreaterThan(1e12);
  expect(created!.event.instance_id).toMatch(/^ins_/);
  expect(created!.event.data).toMatchObject({ object: "user", id: ada.id });
  expect(deleted!.event.data).toEqual({ object: "user", id: ada.id, deleted: true });
});

test("a receiver that serialises again before it verifies fails", async () => {
  const world = await openWorld();
  const receiver = await openReceiver(world);
  await world.controls.createUser({ email: "ada@example.com" });
  await world.local.settled();
  const [delivered] = receiver.received;
  const again = { ...delivered!, body: JSON.stringify(JSON.parse(delivered!.body)) };
  await expect(verified(again, world.local.webhookSecret)).rejects.toThrow(/signature/i);
});

test("what is refused comes again with the same id and a fresh timestamp, eight times in all", async () => {
  const world = await openWorld();
  const receiver = await openReceiver(world);
  receiver.answers.push({ status: 500 }, { status: 404 }, { status: 302 });
  await world.controls.createUser({ email: "ada@example.com" });
  await world.local.settled();
  expect(receiver.received).toHaveLength(4);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);

  receiver.received.length = 0;
  receiver.answers.push(...Array.from({ length: 20 }, () => ({ status: 500 })));
  await world.controls.createUser({ email: "grace@example.com" });
  await world.local.settled();
  expect(receiver.received).toHaveLength(8);
  expect(await world.controls.deliveries()).toEqual([]);
});

test("a retry waits as long as Svix would, times the factor", async () => {
  const world = await openWorld({ retryFactor: 0.02 });
  const receiver = await openReceiver(world);
  receiver.answers.push({ status: 500 });
  const before = Date.now();
  await world.controls.createUser({ email: "ada@example.com" });
  await world.local.settled();
  expect(receiver.received).toHaveLength(2);
  expect(Date.now() - before).toBeGreaterThanOrEqual(100);
});

test("a receiver can stop the retries of a message, or all deliveries", async () => {
  const world = await openWorld();
  const receiver = await openReceiver(world);
  receiver.answers.push({ status: 500, headers: { "webhook-delivery": "abort-message" } });
  await world.controls.createUser({ email: "ada@example.com" });
  await world.local.settled();
  expect(receiver.received).toHaveLength(1);

  receiver.answers.push({ status: 500, headers: { "webhook-delivery": "disable" } });
  await world.controls.createUser({ email: "grace@example.com" });
  await world.controls.createUser({ email: "joan@example.com" });
  await world.local.settled();
  expect(receiver.received).toHaveLength(2);
});

test("a message can be replayed under its id", async () => {
  const world = await openWorld();
  const receiver = await openReceiver(world);
  await world.controls.createUser({ email: "ada@example.com" });
  await world.local.settled();
  const [message] = await world.controls.messages();

  expect(await world.controls.replay(message!.id)).toBe(1);

  await world.local.settled();
  expect(receiver.received.map(({ id }) => id)).toEqual([message!.id, message!.id]);
  await expect(world.controls.replay("msg_unknown")).rejects.toThrow(/404/);
});

test("deliveries can come twice, late, shuffled or not at all for now", async () => {
  const world = await openWorld();
  const { controls, local } = world;
  const receiver = await openReceiver(world);

  await controls.options({ duplicate: true });
  await controls.createUser({ email: "ada@example.com" });
  await local.settled();
  expect(receiver.received).toHaveLength(2);
  expect(receiver.received[0]!.id).toBe(receiver.received[1]!.id);

  await controls.options({ duplicate: false, skewSeconds: -400 });
  await controls.createUser({ email: "grace@example.com" });
  await local.settled();
  await expect(verified(receiver.received.at(-1)!, local.webhookSecret)).rejects.toThrow(/too old/);

  await controls.options({ skewSeconds: 0, paused: true });
  await controls.createUser({ email: "joan@example.com" });
  await sleep(30);
  expect(receiver.received).toHaveLength(3);
  await controls.options({ paused: false });
  await local.settled();
  expect(receiver.received).toHaveLength(4);

  await controls.options({ shuffle: true });
  const sent = Array.from({ length: 12 }, (_, index) => `u${index}@example.com`);
  for (const email of sent) await controls.createUser({ email });
  await local.settled();
  expect(receiver.received).toHaveLength(16);
});

test("while a secret is rotated, the old and the new one both verify", async () => {
  const world = await openWorld();
  const oldSecret = `whsec_${Buffer.from("an old secret of 24 byte").toString("base64")}`;
  const receiver = await openReceiver(world);
  await world.controls.options({ oldSecret });
  await world.controls.createUser({ email: "ada@example.com" });
  await world.local.settled();
  const [delivered] = receiver.received;
  expect(String(delivered!.headers["svix-signature"]).split(" ")).toHaveLength(2);
  expect((await verified(delivered!, oldSecret)).type).toBe("user.created");
  expect((await verified(delivered!, world.local.webhookSecret)).type).toBe("user.created");
});

test("a receiver may want only some events, and its own secret", async () => {
  const world = await openWorld();
  const receiver = await openReceiver(world, ["session.created"]);
  const secret = `whsec_${Buffer.from("a secret of its own here").toString("base64")}`;
  await world.controls.addWebhookEndpoint({ url: receiver.url, secret, events: ["session.created"] });
  const ada = await world.controls.createUser({ email: "ada@example.com" });
  await world.controls.createSession(ada.id);
  await world.local.settled();
  expect(receiver.types()).toEqual(["session.created"]);
  await expect(verified(receiver.received[0]!, world.local.webhookSecret)).rejects.toThrow(/signature/i);
  expect((await verified(receiver.received[0]!, secret)).type).toBe("session.created");
});

test("the end of a user is told with or without what hung on it", async () => {
  const world = await openWorld();
  const { controls, clerk, local } = world;
  const leave = async (email: string): Promise<void> => {
    const { id } = await controls.createUser({ email });
    await controls.createSession(id);
    await clerk.organizations.createOrganization({ name: email, createdBy: id });
    await local.settled();
    receiver.received.length = 0;
    await clerk.users.deleteUser(id);
    await local.settled();
  };
  const receiver = await openReceiver(world);

  await leave("ada@example.com");
  expect(receiver.types()).toEqual(["session.revoked", "organizationMembership.deleted", "user.deleted"]);
  expect(receiver.received[1]!.event.data).not.toHaveProperty("deleted");

  await controls.options({ cascades: false });
  await leave("grace@example.com");
  expect(receiver.types()).toEqual(["user.deleted"]);
});

test("any event can be sent, also one that Clerk never would", async () => {
  const world = await openWorld();
  const receiver = await openReceiver(world);
  const id = await world.controls.send({ type: "weather.changed", data: { sky: "blue" }, timestamp: 1 });
  await world.local.settled();
  expect(receiver.received[0]).toMatchObject({ id, event: { type: "weather.changed", timestamp: 1 } });
});
