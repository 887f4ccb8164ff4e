import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { pruneWebhookEvents } from "../../server/src/features/webhooks/prune.ts";
import { openTestServer, testServer } from "../support/server.ts";
import { snapshot } from "../support/snapshot.ts";
import { deliver } from "./deliver.ts";

const AT = 1_744_276_393_644;
const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
const someone = (): string => `user_${randomUUID().replaceAll("-", "")}`;
const event = (type: string, data: object, extra: object = {}): string =>
  JSON.stringify({ object: "event", type, data, timestamp: AT, ...extra });
const userEvent = (id: string, changes: object = {}): string =>
  event("user.created", { id, first_name: "Jane", updated_at: AT, ...changes });

test("every type of Clerk's that means nothing here is acknowledged and kept by its id", async () => {
  const { admin } = await testServer();
  const others = ["role.created", "subscriptionItem.freeTrialEnding", "waitlistEntry.updated", "a.new.one"];
  for (const type of others)
    expect((await deliver(event(type, { id: "x_1" }), { id: `msg_${type}` })).status).toBe(200);

  const { items } = await admin.admin.webhooks.list.query({ outcome: "ignored", limit: 100 });

  expect(items.map(({ type }) => type)).toEqual(expect.arrayContaining(others));
});

test("codes, private metadata and links that let somebody in stand nowhere in the tables", async () => {
  const { running } = await testServer();
  const secrets = ["913577", "kept-private", "ticket-in-a-link"];
  const invitation = {
    id: "orginv_secret",
    email_address: "new@acme.com",
    role: "org:member",
    organization_id: "org_secret",
    url: "https://accounts.acme.com/accept?token=ticket-in-a-link",
    created_at: AT,
    updated_at: AT,
  };
  await deliver(event("email.created", { subject: "913577 is your code", data: { otp_code: "913577" } }));
  await deliver(event("sms.created", { message: "913577", data: { otp_code: "913577" } }));
  await deliver(userEvent(someone(), { private_metadata: { note: "kept-private" } }));
  await deliver(event("organizationInvitation.created", invitation));

  const everything = JSON.stringify(await snapshot(running.services.database.pool));

  for (const secret of secrets) expect(everything).not.toContain(secret);
  expect(everything).toContain("orginv_secret");
});

test.each(["stripe", "paypal"] as const)(
  "what %s sent is not run again where that is not set up, and stays as it is",
  async (provider) => {
    const { running, admin } = await testServer();
    const which = { provider, id: `evt_${provider}` };
    const type = "charge.refunded";
    await running.services.database.db.webhookEvent.create({ data: { ...which, type, outcome: "failed" } });
    const before = await admin.admin.webhooks.get.query(which);
    expect(before).toMatchObject({ canReplay: false, attempts: 1 });

    await expect(admin.admin.webhooks.replay.mutate(which)).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
      message: expect.stringContaining("Have the provider send it again") as string,
    });

    expect(await admin.admin.webhooks.get.query(which)).toEqual(before);
  },
);

test("what failed can be seen with how often and why, and run again when its cause is gone", async () => {
  const { running, admin, log } = await testServer();
  const { pool, db } = running.services.database;
  const id = someone();
  const which = { provider: "clerk", id: `msg_${id}` } as const;
  await pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse()`);
  expect((await deliver(userEvent(id), { id: which.id })).status).toBe(500);
  expect((await deliver(userEvent(id), { id: which.id })).status).toBe(500);
  expect(await admin.admin.webhooks.replay.mutate(which)).toMatchObject({ outcome: "failed", attempts: 3 });
  log.takeErrors();

  await pool.query("DROP TRIGGER refuse ON users; DROP FUNCTION refuse");
  const [seen] = (await admin.admin.webhooks.list.query({ outcome: "failed" })).items;
  expect(seen).toMatchObject({ ...which, attempts: 3, canReplay: true, appliedAt: null });
  expect(seen?.lastError).toMatch(/Error/);
  expect(seen?.lastError).not.toContain("Jane");

  expect(await admin.admin.webhooks.replay.mutate(which)).toMatchObject({
    outcome: "applied",
    attempts: 4,
    lastError: null,
  });
  expect(await db.user.findUnique({ where: { clerkId: id } })).toMatchObject({ name: "Jane" });
  expect(await (await deliver(userEvent(id), { id: which.id })).json()).toMatchObject({ outcome: "repeat" });
});

test("another body under an id that was used changes nothing and raises an alarm", async () => {
  const { running, log } = await testServer();
  const id = someone();
  await deliver(userEvent(id), { id: "msg_reused" });
  const before = await snapshot(running.services.database.pool);

  const answer = await deliver(userEvent(id, { first_name: "Eve" }), { id: "msg_reused" });

  expect([answer.status, await answer.json()]).toEqual([200, { received: true, outcome: "other body" }]);
  expect(await snapshot(running.services.database.pool)).toEqual(before);
  expect(log.takeErrors()).toHaveLength(1);
});

test.each([
  ["a type whose data is something else", event("user.created", { name: "nobody" })],
  ["no envelope", JSON.stringify({ hello: "world" })],
])("%s is refused in a way that Svix does not repeat", async (_what, body) => {
  const answer = await deliver(body);
  expect([answer.status, answer.headers.get("webhook-delivery")]).toEqual([400, "abort-message"]);
});

test("an event of another Clerk instance is refused where the instance is set", async () => {
  const server = await openTestServer({ CLERK_INSTANCE_ID: "ins_mine" });
  try {
    const id = someone();
    const foreign = await deliver(
      event("user.created", { id, updated_at: AT }, { instance_id: "ins_other" }),
      {
        server,
      },
    );
    expect([foreign.status, foreign.headers.get("webhook-delivery")]).toEqual([400, "abort-message"]);
    expect(server.log.takeErrors()).toHaveLength(1);
    const own = event("user.created", { id, updated_at: AT }, { instance_id: "ins_mine" });
    expect((await deliver(own, { server })).status).toBe(200);
  } finally {
    await server.stop();
  }
});

test("what old events said is forgotten, and their ids are not", async () => {
  const { running, admin } = await testServer();
  const { db } = running.services.database;
  const id = someone();
  const which = { provider: "clerk", id: `msg_${id}` } as const;
  await deliver(userEvent(id), { id: which.id });

  await pruneWebhookEvents({ tx: db, at: inDays(29) });
  expect(await admin.admin.webhooks.get.query(which)).toMatchObject({ canReplay: true });
  await pruneWebhookEvents({ tx: db, at: inDays(31) });

  expect(await admin.admin.webhooks.get.query(which)).toMatchObject({ canReplay: false });
  await expect(admin.admin.webhooks.replay.mutate(which)).toBeRefused("VALIDATION_FAILED");
  expect(await (await deliver(userEvent(id), { id: which.id })).json()).toMatchObject({ outcome: "repeat" });
});

test("what events said of a user goes with him, and late ones leave nothing", async () => {
  const { running } = await testServer();
  const id = someone();
  await deliver(userEvent(id, { first_name: "Forgotten-Person" }));
  await deliver(event("user.deleted", { id, deleted: true }));
  await deliver(userEvent(id, { first_name: "Forgotten-Person", updated_at: AT + 9 }));

  const everything = JSON.stringify(await snapshot(running.services.database.pool));

  expect(everything).not.toContain("Forgotten-Person");
});

test("a bearer credential beside the signature counts for nothing, and stands in no one's way", async () => {
  const headers = { authorization: "Bearer not.a.token" };
  expect((await deliver(userEvent(someone()), { headers })).status).toBe(200);
  expect(
    (await deliver(userEvent(someone()), { headers: { ...headers, "svix-signature": "v1,AAAA" } })).status,
  ).toBe(400);
});

test("a body that is too large is refused before it is looked at", async () => {
  const answer = await deliver(userEvent(someone(), { first_name: "x".repeat(1_100_000) }));
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
    413,
    "PAYLOAD_TOO_LARGE",
  ]);
});
