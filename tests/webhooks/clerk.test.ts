import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { testOnPostgres } from "../support/database.ts";
import { testServer } from "../support/server.ts";
import { snapshot } from "../support/snapshot.ts";
import { deliver } from "./deliver.ts";
import type { Sent } from "./deliver.ts";

/** A user as Clerk writes one, with what a test wants otherwise. */
function clerkUser(id: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    object: "user",
    id,
    first_name: "Jane",
    last_name: "Doe",
    image_url: "https://img.clerk.com/jane",
    primary_email_address_id: "idn_1",
    email_addresses: [
      {
        id: "idn_0",
        object: "email_address",
        email_address: "old@acme.com",
        verification: { status: "verified" },
      },
      {
        id: "idn_1",
        object: "email_address",
        email_address: "jane@acme.com",
        verification: { status: "verified" },
      },
    ],
    public_metadata: {},
    private_metadata: { note: "private" },
    unsafe_metadata: { role: "admin" },
    banned: false,
    locked: false,
    created_at: 1_744_276_393_608,
    updated_at: 1_744_276_393_626,
    ...changes,
  };
}

function event(type: string, data: unknown, timestamp = 1_744_276_393_644): string {
  // A space after the first colon: a receiver that parses and writes again would sign other bytes.
  return JSON.stringify({ object: "event", type, data, timestamp, instance_id: "ins_1" }).replace(":", ": ");
}

async function find(clerkId: string) {
  const { running } = await testServer();
  return running.services.database.db.user.findUnique({ where: { clerkId } });
}

const someone = (): string => `user_${randomUUID().replaceAll("-", "")}`;

describe("what Clerk says of a user", () => {
  test("is what the row shows: the primary address, whatever its place, and no unsafe metadata", async () => {
    const id = someone();

    expect((await deliver(event("user.created", clerkUser(id)))).status).toBe(200);

    expect(await find(id)).toMatchObject({
      email: "jane@acme.com",
      emailVerified: true,
      name: "Jane Doe",
      role: "user",
      hasProductAccess: false,
    });
  });

  test("makes him an admin through public metadata only", async () => {
    const id = someone();
    await deliver(event("user.created", clerkUser(id, { public_metadata: { role: "admin" } })));
    expect(await find(id)).toMatchObject({ role: "admin" });

    await deliver(event("user.updated", clerkUser(id, { updated_at: 1_744_276_393_700 })));
    expect(await find(id)).toMatchObject({ role: "user" });
  });

  test.each([
    ["no primary address", { primary_email_address_id: null }],
    ["a primary address that is not in the list", { primary_email_address_id: "idn_9" }],
    ["no address at all", { email_addresses: [] }],
  ])("may hold %s", async (_what, changes) => {
    const id = someone();
    await deliver(event("user.created", clerkUser(id, { ...changes, first_name: null, last_name: null })));
    expect(await find(id)).toMatchObject({ email: null, emailVerified: false, name: null });
  });
});

describe("deliveries that come twice, late and in any order", () => {
  test("a copy of an event that was applied changes nothing and is a success", async () => {
    const id = someone();
    const body = event("user.created", clerkUser(id));
    await deliver(body, { id: "msg_twice" });
    const before = await snapshot((await testServer()).running.services.database.pool);

    const answer = await deliver(body, { id: "msg_twice" });

    expect([answer.status, await answer.json()]).toEqual([200, { received: true, outcome: "repeat" }]);
    expect(await snapshot((await testServer()).running.services.database.pool)).toEqual(before);
  });

  test("an older update does not undo a newer one", async () => {
    const id = someone();
    await deliver(event("user.updated", clerkUser(id, { first_name: "New", updated_at: 1_744_276_400_000 })));
    await deliver(event("user.created", clerkUser(id, { first_name: "Old" })));
    expect(await find(id)).toMatchObject({ name: "New Doe" });
  });

  test("a user who was deleted never comes back to life, and nothing personal is left of him", async () => {
    const id = someone();
    await deliver(event("user.created", clerkUser(id)));
    await deliver(event("user.deleted", { object: "user", id, deleted: true }, 1_744_276_500_000));

    await deliver(event("user.updated", clerkUser(id, { updated_at: 1_744_276_600_000 })));

    expect(await find(id)).toMatchObject({
      email: null,
      name: null,
      imageUrl: null,
      deletedAt: new Date(1_744_276_500_000),
    });
  });

  test("a deletion that comes before the creation wins as well", async () => {
    const id = someone();
    await deliver(event("user.deleted", { object: "user", id, deleted: true }));
    await deliver(event("user.created", clerkUser(id)));
    expect(await find(id)).toBeNull();
  });

  test("a handler that fails leaves nothing behind and does not stand in the way of the next copy", async () => {
    const id = someone();
    const body = event("user.created", clerkUser(id));
    const { running, log } = await testServer();
    const { pool } = running.services.database;
    await pool.query("ALTER TABLE users ADD CONSTRAINT broken CHECK (clerk_id <> 'x') NOT VALID");
    await pool.query(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
    );
    await pool.query("CREATE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse()");

    const failed = await deliver(body, { id: "msg_fails_once" });
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain("refuse");
    expect(await find(id)).toBeNull();
    expect(log.takeErrors()).not.toEqual([]);

    await pool.query(
      "DROP TRIGGER refuse ON users; DROP FUNCTION refuse; ALTER TABLE users DROP CONSTRAINT broken",
    );
    expect(await (await deliver(body, { id: "msg_fails_once" })).json()).toEqual({
      received: true,
      outcome: "applied",
    });
    expect(await find(id)).not.toBeNull();
  });

  test("an event of a type that means nothing here is acknowledged", async () => {
    const answer = await deliver(event("waitlistEntry.created", { object: "waitlist_entry", id: "wl_1" }));
    expect([answer.status, await answer.json()]).toEqual([200, { received: true, outcome: "ignored" }]);
  });

  testOnPostgres("fifty copies at once are applied once", async () => {
    const id = someone();
    const body = event("user.created", clerkUser(id));

    const answers = await Promise.all(Array.from({ length: 50 }, () => deliver(body, { id: "msg_storm" })));

    const outcomes = await Promise.all(
      answers.map(async (each) => ((await each.json()) as { outcome: string }).outcome),
    );
    expect(outcomes.filter((each) => each === "applied")).toHaveLength(1);
    expect(outcomes.filter((each) => each === "repeat")).toHaveLength(49);
  });
});

const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);

describe("whoever is not Clerk writes nothing", () => {
  const body = event("user.created", clerkUser("user_forged"));
  const otherSecret = `whsec_${Buffer.from("another secret of thirty-two b.").toString("base64")}`;

  test.each<[string, Sent]>([
    ["another secret", { secret: otherSecret }],
    ["a body that was parsed and written again", { body: JSON.stringify(JSON.parse(body)) }],
    ["a body that was changed", { body: body.replace("Jane", "Eve") }],
    ["a signature of six minutes ago", { at: minutes(-6) }],
    ["a signature of six minutes from now", { at: minutes(6) }],
    ["no signature", { headers: { "svix-signature": "" } }],
    ["no id", { headers: { "svix-id": "" } }],
    ["the id of another message", { headers: { "svix-id": "msg_other" } }],
    ["no time", { headers: { "svix-timestamp": "" } }],
    ["a time that is no number", { headers: { "svix-timestamp": "today" } }],
    ["a signature of another version", { headers: { "svix-signature": "v1a,AAAA" } }],
    ["ten thousand signatures", { headers: { "svix-signature": "v1,AAAA ".repeat(1_500) } }],
  ])("%s is a bad signature", async (_what, sent) => {
    const { running } = await testServer();
    const before = await snapshot(running.services.database.pool);

    const answer = await deliver(body, sent);

    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      400,
      "INVALID_SIGNATURE",
    ]);
    expect(await snapshot(running.services.database.pool)).toEqual(before);
  });

  test.each(["[1]", "null", "{}", '"text"', "", '{"type":"user.created","data":{},"timestamp":1}'])(
    "a signed body that is no event is refused: %s",
    async (signed) => {
      const answer = await deliver(signed);
      expect(answer.status).toBe(400);
      (await testServer()).log.takeErrors();
    },
  );

  test("a browser that only looks gets nothing", async () => {
    const { url } = await testServer();
    expect((await fetch(`${url}/webhooks/clerk`)).status).toBe(405);
  });
});
