import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { grant, expectBooksToAgree } from "../support/credits.ts";
import { post } from "../support/raw.ts";
import { ADMIN_KEY, testServer } from "../support/server.ts";
import { snapshot } from "../support/snapshot.ts";
import { openWorld } from "../support/world.ts";

const nextKey = (): string => randomUUID();
const pool = async () => (await testServer()).running.services.database.pool;

afterEach(async () => expectBooksToAgree(await pool()));

describe("spending", () => {
  test("takes credits from the workspace and leaves an entry", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 100);

    const entry = await ada.credits.spend.mutate({
      workspaceId,
      credits: 30,
      reason: "A report",
      idempotencyKey: nextKey(),
    });

    expect(entry).toMatchObject({ amount: -30, balanceAfter: 70, reason: "A report", source: "spend" });
    expect(await ada.credits.balance.query({ workspaceId })).toEqual({
      balance: 70,
      held: 0,
      available: 70,
      owed: 0,
    });
    const { items } = await ada.credits.entries.query({ workspaceId });
    expect(items.map(({ amount }) => amount)).toEqual([-30, 100]);
  });

  test("never goes below zero, and says how many are missing", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 10);
    const before = await snapshot(await pool());

    const tooMuch = ada.credits.spend.mutate({
      workspaceId,
      credits: 11,
      reason: "Too much",
      idempotencyKey: nextKey(),
    });

    await expect(tooMuch).rejects.toThrow("1 credit is missing.");
    await expect(tooMuch).toBeRefused("INSUFFICIENT_CREDITS");
    expect(await snapshot(await pool())).toEqual(before);
  });

  test("happens once for each key: the same input is answered again, another one is refused", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 100);
    const spend = { workspaceId, credits: 30, reason: "A report", idempotencyKey: nextKey() };

    const first = await ada.credits.spend.mutate(spend);

    expect(await ada.credits.spend.mutate(spend)).toEqual(first);
    await expect(ada.credits.spend.mutate({ ...spend, credits: 31 })).toBeRefused("IDEMPOTENCY_KEY_REUSED");
    await expect(ada.credits.spend.mutate({ ...spend, reason: "Other" })).toBeRefused(
      "IDEMPOTENCY_KEY_REUSED",
    );
    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 70 });
  });

  test("knows nothing of the keys of another workspace", async () => {
    const mine = await openWorld({ ada: "owner" });
    const theirs = await openWorld({ bob: "owner" });
    await grant(mine.workspaceId, 10);
    await grant(theirs.workspaceId, 10);
    const spend = { credits: 4, reason: "A report", idempotencyKey: nextKey() };

    const first = await mine.ada.credits.spend.mutate({ ...spend, workspaceId: mine.workspaceId });
    const second = await theirs.bob.credits.spend.mutate({ ...spend, workspaceId: theirs.workspaceId });

    expect(second.id).not.toBe(first.id);
    expect(await theirs.bob.credits.balance.query({ workspaceId: theirs.workspaceId })).toMatchObject({
      balance: 6,
    });
  });

  test.each([0, -1, 0.5, 1e13, 2 ** 53, 1e308, null, "10", [1], {}, true])(
    "%j credits are no number of credits",
    async (credits) => {
      const { people, workspaceId } = await openWorld({ ada: "owner" });
      await grant(workspaceId, 100);
      const before = await snapshot(await pool());
      const input = { workspaceId, credits, reason: "Odd", idempotencyKey: nextKey() };

      for (const procedure of ["credits.spend", "credits.hold"]) {
        const answer = await post(procedure, input, people.ada.token);
        expect([answer.status, answer.code]).toEqual([400, "VALIDATION_FAILED"]);
      }
      expect(await snapshot(await pool())).toEqual(before);
    },
  );

  test.each(["-0", "NaN", "1e400", "0x10", "9007199254740993", "1_000"])(
    "nor is %s, as it may stand in a body",
    async (literal) => {
      const { people, workspaceId } = await openWorld({ ada: "owner" });
      await grant(workspaceId, 100);
      const body = `{"workspaceId":"${workspaceId}","credits":${literal},"reason":"Odd","idempotencyKey":"${nextKey()}"}`;

      const answer = await post("credits.spend", body, people.ada.token);

      expect([answer.status, answer.code]).toEqual([400, "VALIDATION_FAILED"]);
    },
  );
});

describe("a hold", () => {
  const reason = "A long job";

  test("keeps credits aside until they are captured; the rest is free again", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 100);

    const hold = await ada.credits.hold.mutate({
      workspaceId,
      credits: 60,
      reason,
      idempotencyKey: nextKey(),
    });
    expect(hold).toMatchObject({ credits: 60, captured: 0, state: "open" });
    expect(await ada.credits.balance.query({ workspaceId })).toEqual({
      balance: 100,
      held: 60,
      available: 40,
      owed: 0,
    });
    await expect(
      ada.credits.spend.mutate({ workspaceId, credits: 41, reason, idempotencyKey: nextKey() }),
    ).toBeRefused("INSUFFICIENT_CREDITS");

    const captured = await ada.credits.capture.mutate({ workspaceId, holdId: hold.id, credits: 50 });
    expect(captured).toMatchObject({ state: "captured", captured: 50 });
    expect(await ada.credits.balance.query({ workspaceId })).toEqual({
      balance: 50,
      held: 0,
      available: 50,
      owed: 0,
    });
  });

  test("is captured once: again is the same answer, another number and a release are refused", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 100);
    const { id: holdId } = await ada.credits.hold.mutate({
      workspaceId,
      credits: 60,
      reason,
      idempotencyKey: nextKey(),
    });

    await expect(ada.credits.capture.mutate({ workspaceId, holdId, credits: 61 })).toBeRefused(
      "VALIDATION_FAILED",
    );
    const first = await ada.credits.capture.mutate({ workspaceId, holdId });
    expect(await ada.credits.capture.mutate({ workspaceId, holdId })).toEqual(first);
    await expect(ada.credits.capture.mutate({ workspaceId, holdId, credits: 59 })).toBeRefused(
      "IDEMPOTENCY_KEY_REUSED",
    );
    await expect(ada.credits.release.mutate({ workspaceId, holdId })).toBeRefused("HOLD_EXPIRED");

    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 40, held: 0 });
  });

  test("that is released frees everything and cannot be captured", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 100);
    const { id: holdId } = await ada.credits.hold.mutate({
      workspaceId,
      credits: 60,
      reason,
      idempotencyKey: nextKey(),
    });

    expect(await ada.credits.release.mutate({ workspaceId, holdId })).toMatchObject({ state: "released" });
    expect(await ada.credits.release.mutate({ workspaceId, holdId })).toMatchObject({ state: "released" });
    await expect(ada.credits.capture.mutate({ workspaceId, holdId })).toBeRefused("HOLD_EXPIRED");

    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 100, available: 100 });
  });

  test("lapses by itself: nobody has to put it away before the credits can be spent", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 100);
    const { id: holdId } = await ada.credits.hold.mutate({
      workspaceId,
      credits: 100,
      reason,
      idempotencyKey: nextKey(),
    });
    const { db } = server.running.services.database;
    await db.creditHold.update({ where: { id: holdId }, data: { expiresAt: new Date(Date.now() - 1) } });

    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ held: 0, available: 100 });
    await expect(ada.credits.capture.mutate({ workspaceId, holdId })).toBeRefused("HOLD_EXPIRED");
    const spend = { workspaceId, credits: 100, reason, idempotencyKey: nextKey() };
    expect(await ada.credits.spend.mutate(spend)).toMatchObject({ balanceAfter: 0 });
    expect(await ada.credits.release.mutate({ workspaceId, holdId })).toMatchObject({ state: "lapsed" });
  });
});

describe("an admin", () => {
  test("names a user by his id, his number or his Clerk id", async () => {
    const { ada, server, people } = await openWorld({ ada: "stranger" });
    const { number } = await ada.me.get.query();
    const reason = "Sorry for the wait";

    for (const userId of [people.ada.userId, number, String(number), people.ada.clerkId])
      await server.admin.admin.credits.adjust.mutate({ userId, credits: 25, reason });

    expect(await ada.me.credits.balance.query()).toMatchObject({ balance: 100 });
    expect((await ada.me.credits.entries.query()).items[0]).toMatchObject({
      amount: 25,
      reason,
      source: "adjustment",
    });
  });

  test("takes no more than there is, and gives nothing to nobody", async () => {
    const { server, workspaceId } = await openWorld({ ada: "owner" });
    const { adjust } = server.admin.admin.credits;
    await grant(workspaceId, 10);
    const before = await snapshot(await pool());
    const reason = "A mistake";

    await expect(adjust.mutate({ workspaceId, credits: -11, reason })).toBeRefused("INSUFFICIENT_CREDITS");
    await expect(adjust.mutate({ workspaceId, credits: 1e12 + 1, reason })).toBeRefused("VALIDATION_FAILED");
    await expect(adjust.mutate({ workspaceId, credits: 0, reason })).toBeRefused("VALIDATION_FAILED");
    await expect(adjust.mutate({ workspaceId, credits: -0, reason })).toBeRefused("VALIDATION_FAILED");
    await expect(adjust.mutate({ workspaceId, credits: 1, reason: " " })).toBeRefused("VALIDATION_FAILED");
    await expect(adjust.mutate({ credits: 1, reason })).toBeRefused("VALIDATION_FAILED");
    await expect(adjust.mutate({ workspaceId, userId: 1, credits: 1, reason })).toBeRefused(
      "VALIDATION_FAILED",
    );
    for (const userId of ["user_nobody", 2_000_000_000, randomUUID()])
      await expect(adjust.mutate({ userId, credits: 1, reason })).toBeRefused("NOT_FOUND");
    await expect(adjust.mutate({ workspaceId: randomUUID(), credits: 1, reason })).toBeRefused("NOT_FOUND");

    expect(await snapshot(await pool())).toEqual(before);
  });

  test("may repeat himself with a key, and every adjustment has its audit line", async () => {
    const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
    const { adjust } = server.admin.admin.credits;
    const input = { workspaceId, credits: 50, reason: "Support", idempotencyKey: nextKey() };

    const first = await adjust.mutate(input);
    expect(await adjust.mutate(input)).toEqual(first);
    await expect(adjust.mutate({ ...input, credits: 51 })).toBeRefused("IDEMPOTENCY_KEY_REUSED");

    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 50 });
    const lines = await server.running.services.database.db.auditEntry.findMany({
      where: { workspaceId, action: "admin.credits.adjust" },
    });
    expect(lines).toMatchObject([{ actorKind: "adminKey", after: { balance: 50, credits: 50 } }]);
  });

  test("needs the admin key", async () => {
    const { people, workspaceId } = await openWorld({ ada: "owner" });
    const input = { workspaceId, credits: 1, reason: "For me" };

    const answer = await post("admin.credits.adjust", input, people.ada.token);

    expect([answer.status, answer.code]).toEqual([403, "INVALID_ADMIN_KEY"]);
    expect(answer.text).not.toContain(ADMIN_KEY);
  });
});

describe("the books", () => {
  test("explain the balance of any moment by the entries that make it", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    for (const credits of [100, 20, 3]) await grant(workspaceId, credits);
    const { items } = await ada.credits.entries.query({ workspaceId });
    const at = items[1]!.createdAt;
    await ada.credits.spend.mutate({ workspaceId, credits: 50, reason: "Later", idempotencyKey: nextKey() });

    const then = await ada.credits.explain.query({ workspaceId, at: "2001-01-01T00:00:00.000Z" });
    expect(then).toMatchObject({ balance: 0, entryCount: 0, items: [] });

    const now = await ada.credits.explain.query({ workspaceId, limit: 2 });
    expect(now).toMatchObject({ balance: 73, entryCount: 4, before: 120 });
    expect(now.items.map(({ amount }) => amount)).toEqual([-50, 3]);
    const rest = await ada.credits.explain.query({ workspaceId, at: now.at, cursor: now.nextCursor! });
    expect(rest).toMatchObject({ balance: 73, before: 0, nextCursor: null });
    expect(rest.items.map(({ amount }) => amount)).toEqual([20, 100]);

    const earlier = await ada.credits.explain.query({ workspaceId, at });
    expect(earlier.items.reduce((sum, { amount }) => sum + amount, 0)).toBe(earlier.balance);
  });

  test("are never rewritten, whoever asks the database", async () => {
    const { workspaceId } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 100);
    const database = await pool();

    for (const statement of [
      "UPDATE credit_entries SET amount = 1000000",
      "DELETE FROM credit_entries",
      "TRUNCATE credit_entries",
    ])
      await expect(database.query(statement)).rejects.toThrow("never changed or deleted");
    await expect(database.query("UPDATE credit_accounts SET balance = -1")).rejects.toThrow(
      "credit_accounts_amounts",
    );
  });

  test("go from the newest to the oldest, page by page", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    for (const credits of [1, 2, 3, 4, 5]) await grant(workspaceId, credits);

    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await ada.credits.entries.query({
        workspaceId,
        limit: 2,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.items.map(({ amount }) => amount));
      cursor = page.nextCursor;
    } while (cursor !== null);

    expect(seen).toEqual([5, 4, 3, 2, 1]);
    await expect(ada.credits.entries.query({ workspaceId, cursor: "x" })).toBeRefused("VALIDATION_FAILED");
  });
});
