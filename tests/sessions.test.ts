import { createClient } from "@gatehouse/client";
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { inTransaction } from "../server/src/database/transaction.ts";
import { pruneSessions } from "../server/src/jobs/prune-sessions.ts";
import { applySession, knownSession } from "../server/src/mirror/sessions.ts";
import { testOnPostgres } from "./support/database.ts";
import { post } from "./support/raw.ts";
import { openSecondNode } from "./support/second-node.ts";
import { openTestServer, testServer } from "./support/server.ts";
import { snapshot } from "./support/snapshot.ts";
import { signUp } from "./support/world.ts";
import type { Person } from "./support/world.ts";

/** The same person on another device: another session, with a token of its own. */
async function signInAgain({ clerkId }: Person) {
  const { clerk, as } = await testServer();
  const { id: sessionId } = await clerk.createSession(clerkId);
  const token = await clerk.mint({ sessionId, exp: Math.floor(Date.now() / 1_000) + 3_600 });
  return { sessionId, token, api: as(token) };
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((others) => [first, ...others]),
  );
}

/** What the table says after everything that was under way has arrived. */
async function settledRows() {
  const { clerk, running } = await testServer();
  await clerk.settled();
  return snapshot(running.services.database.pool);
}

describe("a session that is closed is refused although its token is still valid", () => {
  test.each(["ended", "removed", "revoked"] as const)("it was %s at Clerk", async (status) => {
    const { clerk } = await testServer();
    const ada = await signUp("ada");
    const phone = await signInAgain(ada);

    await clerk.endSession(ada.sessionId, status);
    await clerk.settled();

    await expect(ada.api.me.get.query()).toBeRefused("SESSION_REVOKED");
    expect(await phone.api.me.get.query()).toMatchObject({ clerkId: ada.clerkId });
  });

  test("and whoever asks who he is is told so", async () => {
    const { clerk } = await testServer();
    const ada = await signUp("ada");
    await clerk.endSession(ada.sessionId, "ended");
    await clerk.settled();

    expect(await ada.api.auth.whoami.query()).toMatchObject({
      kind: "rejected",
      subject: ada.clerkId,
      code: "SESSION_REVOKED",
    });
  });

  test("until its last token has expired, and after that nothing is kept of it", async () => {
    const { clerk, running } = await testServer();
    const { db } = running.services.database;
    const ada = await signUp("ada");
    const phone = await signInAgain(ada);
    await clerk.endSession(phone.sessionId, "ended");
    await clerk.settled();
    const prune = pruneSessions({ maxTokenLifetimeSeconds: 86_400 });
    const after = async (hours: number): Promise<string[]> => {
      await inTransaction(db, (tx) => prune({ tx, at: new Date(Date.now() + hours * 3_600_000) }));
      const rows = await db.session.findMany({ where: { clerkUserId: ada.clerkId } });
      return rows.map(({ id }) => id);
    };

    expect(await after(24)).toContain(phone.sessionId);
    expect(await after(26)).toEqual([ada.sessionId]);
  });

  test("and stays closed when the news of its beginning comes after that of its end", async () => {
    const { clerk } = await testServer();
    const ada = await signUp("ada");
    await clerk.options({ paused: true });
    const tablet = await signInAgain(ada);
    const session = await clerk.endSession(tablet.sessionId, "ended");
    await clerk.send({ type: "session.ended", data: session });
    await clerk.send({
      type: "session.created",
      data: { ...session, status: "active", updated_at: session.updated_at + 5 },
    });
    await clerk.options({ paused: false });
    await clerk.settled();

    await expect(tablet.api.me.get.query()).toBeRefused("SESSION_REVOKED");
  });

  test.each(["ended", "removed", "revoked"])(
    "in whatever order the news of a life that was %s comes",
    async (last) => {
      const { clerk } = await testServer();
      const ada = await signUp("ada");
      const begun = Date.now();
      const news = ["pending", "active", last].map((status, step) => ({
        type: `session.${status === "active" ? "created" : status}`,
        data: { object: "session", user_id: ada.clerkId, status, updated_at: begun + step },
      }));
      for (const order of permutations(news)) {
        const sessionId = `sess_${randomUUID().replaceAll("-", "")}`;
        for (const { type, data } of order) await clerk.send({ type, data: { ...data, id: sessionId } });
        await clerk.settled();

        const { as } = await testServer();
        const token = await clerk.mint({ userId: ada.clerkId, claims: { sid: sessionId } });
        await expect(as(token).me.get.query()).toBeRefused("SESSION_REVOKED");
      }
    },
  );

  testOnPostgres("when its end and its beginning are told of at the same moment", async () => {
    const { running } = await testServer();
    const { db } = running.services.database;
    const told = (round: number, status: string) =>
      applySession(
        db,
        knownSession({ id: `sess_race${round}`, clerkId: "user_race", status, updatedAt: 1_744_276_393_608 }),
      );

    const rounds = Array.from({ length: 50 }, (_, round) => round);
    await Promise.all(
      rounds.flatMap((round) => [told(round, "active"), told(round, "ended"), told(round, "active")]),
    );

    const rows = await db.session.findMany({ where: { clerkUserId: "user_race" } });
    expect(rows.map(({ status }) => status)).toEqual(rounds.map(() => "ended"));
  });

  test("but one that we were not told of is let in: its webhook may be late", async () => {
    const { clerk } = await testServer();
    await clerk.options({ paused: true });
    const ada = await signUp("ada");

    expect(await ada.api.me.get.query()).toMatchObject({ clerkId: ada.clerkId });

    await clerk.options({ paused: false });
  });

  test("and a state that Clerk has not told us about yet is no open one", async () => {
    const { clerk } = await testServer();
    const ada = await signUp("ada");
    const data = {
      object: "session",
      id: ada.sessionId,
      user_id: ada.clerkId,
      status: "frozen",
      updated_at: Date.now() + 60_000,
    };
    await clerk.send({ type: "session.created", data });
    await clerk.settled();

    await expect(ada.api.me.get.query()).toBeRefused("SESSION_REVOKED");
  });
});

describe("a user who may not come in is refused although his token is still valid", () => {
  test.each(["banned", "locked"])("he was %s at Clerk", async (state) => {
    const { clerk } = await testServer();
    const ada = await signUp("ada");
    const user = await readAtClerk(ada.clerkId);
    await clerk.send({
      type: "user.updated",
      data: { ...user, [state]: true, updated_at: user.updated_at + 1 },
    });
    await clerk.settled();

    await expect(ada.api.me.get.query()).toBeRefused("USER_BANNED");
  });

  test("a ban that is lifted does not bring the sessions of before back", async () => {
    const { clerk } = await testServer();
    const ada = await signUp("ada");
    await clerk.settled();
    const user = await readAtClerk(ada.clerkId);
    // Only the user's own events: whether a ban also tells of each session is not documented.
    await clerk.send({
      type: "user.updated",
      data: { ...user, banned: true, updated_at: user.updated_at + 1 },
    });
    await clerk.settled();
    await clerk.send({
      type: "user.updated",
      data: { ...user, banned: false, updated_at: user.updated_at + 2 },
    });
    await clerk.settled();

    await expect(ada.api.me.get.query()).toBeRefused("SESSION_REVOKED");
  });

  test("he was deleted at Clerk", async () => {
    const { clerk, running } = await testServer();
    const ada = await signUp("ada");
    await running.services.clerkApi.deleteUser(ada.clerkId);
    await clerk.settled();

    await expect(ada.api.me.get.query()).toBeRefused("UNAUTHORIZED");
  });
});

describe("where somebody is signed in", () => {
  test("is listed page by page, and says which session is this one", async () => {
    const ada = await signUp("ada");
    const phone = await signInAgain(ada);

    const first = await phone.api.me.sessions.list.query({ limit: 1 });
    const second = await phone.api.me.sessions.list.query({ limit: 1, cursor: first.nextCursor ?? "" });

    expect(first.items).toMatchObject([{ id: phone.sessionId, status: "active", isCurrent: true }]);
    expect(second).toMatchObject({ items: [{ id: ada.sessionId, isCurrent: false }], nextCursor: null });
  });

  test("can be narrowed to what is open", async () => {
    const { clerk } = await testServer();
    const ada = await signUp("ada");
    const phone = await signInAgain(ada);
    await clerk.endSession(ada.sessionId);

    const { items } = await phone.api.me.sessions.list.query({ status: "active" });

    expect(items.map(({ id }) => id)).toEqual([phone.sessionId]);
  });

  test("knows no cursor but its own", async () => {
    const ada = await signUp("ada");
    await expect(ada.api.me.sessions.list.query({ cursor: "0x10" })).toBeRefused("VALIDATION_FAILED");
  });
});

describe("signing a device out", () => {
  test("refuses it here at once, before any webhook", async () => {
    const { clerk } = await testServer();
    const ada = await signUp("ada");
    const phone = await signInAgain(ada);
    await clerk.settled();
    await clerk.options({ paused: true });

    const { sessionIds } = await ada.api.me.sessions.revoke.mutate({ sessionId: phone.sessionId });

    expect(sessionIds).toEqual([phone.sessionId]);
    await expect(phone.api.me.get.query()).toBeRefused("SESSION_REVOKED");
    expect(await ada.api.me.get.query()).toMatchObject({ clerkId: ada.clerkId });
    await clerk.options({ paused: false });
  });

  test("twice is as good as once", async () => {
    const ada = await signUp("ada");
    const phone = await signInAgain(ada);
    await ada.api.me.sessions.revoke.mutate({ sessionId: phone.sessionId });

    expect(await ada.api.me.sessions.revoke.mutate({ sessionId: phone.sessionId })).toEqual({
      sessionIds: [],
    });
  });

  test("can mean all the others", async () => {
    const ada = await signUp("ada");
    const others = [await signInAgain(ada), await signInAgain(ada)];

    const { sessionIds } = await ada.api.me.sessions.revoke.mutate({ allOthers: true });

    expect(sessionIds.toSorted()).toEqual(others.map(({ sessionId }) => sessionId).toSorted());
    for (const { api } of others) await expect(api.me.get.query()).toBeRefused("SESSION_REVOKED");
    expect(await ada.api.me.get.query()).toMatchObject({ clerkId: ada.clerkId });
  });

  test("is done once for each session in the audit trail", async () => {
    const { running } = await testServer();
    const ada = await signUp("ada");
    const phone = await signInAgain(ada);
    await ada.api.me.sessions.revoke.mutate({ allOthers: true });

    const lines = await running.services.database.db.auditEntry.findMany({
      where: { targetId: phone.sessionId },
    });

    expect(lines).toMatchObject([{ action: "me.sessions.revoke", actorKind: "user" }]);
  });

  test("does not reach another person's, which is not told from one that does not exist", async () => {
    const ada = await signUp("ada");
    const eve = await signUp("eve");
    const before = await settledRows();

    await expect(eve.api.me.sessions.revoke.mutate({ sessionId: ada.sessionId })).toBeRefused("NOT_FOUND");
    await expect(eve.api.me.sessions.revoke.mutate({ sessionId: "sess_nothing" })).toBeRefused("NOT_FOUND");

    expect(await settledRows()).toEqual(before);
    expect(await ada.api.me.get.query()).toMatchObject({ clerkId: ada.clerkId });
  });

  test.each([
    {},
    { sessionId: "sess_1", allOthers: true },
    { allOthers: false },
    { sessionId: "../users/user_1" },
  ])("must say which: %j", async (input) => {
    const { token } = await signUp("ada");
    expect((await post("me.sessions.revoke", input, token)).code).toBe("VALIDATION_FAILED");
  });

  test("is nothing for somebody who impersonates the user", async () => {
    const { clerk, as } = await testServer();
    const ada = await signUp("ada");
    const phone = await signInAgain(ada);
    const support = as(
      await clerk.mint({ sessionId: ada.sessionId, claims: { act: { sub: "user_support" } } }),
    );

    await expect(support.me.sessions.list.query({})).toBeRefused("FORBIDDEN");
    await expect(support.me.sessions.revoke.mutate({ allOthers: true })).toBeRefused("FORBIDDEN");

    expect(await phone.api.me.get.query()).toMatchObject({ clerkId: ada.clerkId });
  });

  test("is nothing for an OAuth app that acts for the user", async () => {
    const { clerk, as } = await testServer();
    const ada = await signUp("ada");
    const app = as(await clerk.mint({ kind: "oauth", userId: ada.clerkId }));
    expect(await app.me.get.query()).toMatchObject({ clerkId: ada.clerkId });

    await expect(app.me.sessions.list.query({})).toBeRefused("FORBIDDEN");
    await expect(app.me.sessions.revoke.mutate({ sessionId: ada.sessionId })).toBeRefused("FORBIDDEN");

    expect(await ada.api.me.get.query()).toMatchObject({ clerkId: ada.clerkId });
  });

  test("waits for another day while Clerk is down, and nobody is signed out", async () => {
    const { clerk, log } = await testServer();
    const ada = await signUp("ada");
    const phone = await signInAgain(ada);
    await clerk.fault({
      path: `/v1/sessions/${phone.sessionId}/revoke`,
      status: 429,
      retryAfter: 7,
      times: 1,
    });

    const answer = await post("me.sessions.revoke", { sessionId: phone.sessionId }, ada.token);

    expect([answer.status, answer.code, answer.headers.get("retry-after")]).toEqual([
      503,
      "UNAVAILABLE",
      "7",
    ]);
    expect(log.takeErrors()).toMatchObject([{ status: 503 }]);
    expect(await phone.api.me.get.query()).toMatchObject({ clerkId: ada.clerkId });
  });
});

describe("a user's own metadata", () => {
  test("is merged at every depth at Clerk, and null takes a key away", async () => {
    const ada = await signUp("ada");
    await ada.api.me.updateMetadata.mutate({
      unsafeMetadata: { theme: { color: "blue", dense: true }, camelCase: 1 },
    });

    const { unsafeMetadata } = await ada.api.me.updateMetadata.mutate({
      unsafeMetadata: { theme: { dense: null } },
    });

    expect(unsafeMetadata).toEqual({ theme: { color: "blue" }, camelCase: 1 });
    expect(await readAtClerk(ada.clerkId)).toMatchObject({ unsafe_metadata: unsafeMetadata });
  });

  test("makes nobody an admin", async () => {
    const ada = await signUp("ada");
    await ada.api.me.updateMetadata.mutate({
      unsafeMetadata: { role: "admin", public_metadata: { role: "admin" } },
    });
    expect(await ada.api.me.get.query()).toMatchObject({ role: "user" });
  });

  test("has an end", async () => {
    const ada = await signUp("ada");
    const input = { unsafeMetadata: { text: "x".repeat(8_200) } };
    await expect(ada.api.me.updateMetadata.mutate(input)).toBeRefused("VALIDATION_FAILED");
    expect(await readAtClerk(ada.clerkId)).toMatchObject({ unsafe_metadata: {} });
  });
});

testOnPostgres("a session revoked on one server is refused by the other at its next request", async () => {
  const first = await openTestServer();
  const second = await openSecondNode(first);
  try {
    const { id: clerkId } = await first.clerk.createUser({ email: `ada-${randomUUID()}@example.com` });
    const laptop = await first.clerk.createSession(clerkId);
    const phone = await first.clerk.createSession(clerkId);
    const clientOf = async (url: string, sessionId: string) => {
      const token = await first.clerk.mint({ sessionId });
      return createClient({ url, getToken: () => token });
    };
    const phoneOnSecond = await clientOf(second.url, phone.id);
    expect(await phoneOnSecond.me.get.query()).toMatchObject({ clerkId });

    const laptopOnFirst = await clientOf(first.url, laptop.id);
    await laptopOnFirst.me.sessions.revoke.mutate({ sessionId: phone.id });

    await expect(phoneOnSecond.me.get.query()).toBeRefused("SESSION_REVOKED");
  } finally {
    await second.stop();
    await first.stop();
  }
});

const Stamped = z.looseObject({ updated_at: z.number() });

/** The user as the identity provider holds him. */
async function readAtClerk(clerkId: string): Promise<z.infer<typeof Stamped>> {
  const { running } = await testServer();
  return Stamped.parse(await running.services.clerkApi.getUser(clerkId));
}
