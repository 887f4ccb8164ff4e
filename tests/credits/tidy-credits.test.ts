import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { inTransaction } from "../../server/src/database/transaction.ts";
import { answerOnce } from "../../server/src/access/answer-once.ts";
import { lapseHolds, pruneAnswers } from "../../server/src/jobs/tidy-credits.ts";
import { expectBooksToAgree, grant } from "../support/credits.ts";
import { openWorld } from "../support/world.ts";

const HOUR_MS = 3_600_000;

test("holds that nobody comes back to are put away", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { db, pool } = server.running.services.database;
  await grant(workspaceId, 10);
  const { id } = await ada.credits.hold.mutate({
    workspaceId,
    credits: 10,
    reason: "Forgotten",
    idempotencyKey: randomUUID(),
  });
  const stateAfter = async (at: Date): Promise<string | undefined> => {
    await inTransaction(db, (tx) => lapseHolds({ tx, at }));
    return (await db.creditHold.findUnique({ where: { id } }))?.state;
  };

  expect(await stateAfter(new Date())).toBe("open");
  expect(await stateAfter(new Date(Date.now() + HOUR_MS))).toBe("lapsed");

  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ held: 0, available: 10 });
  await expectBooksToAgree(pool);
});

test("an answer is given again for a day, to its caller only, and forgotten after it", async () => {
  const { server } = await openWorld({ ada: "owner" });
  const { db } = server.running.services.database;
  let at = new Date();
  let answers = 0;
  const ask = (caller: string, input: object = { size: 1 }) =>
    answerOnce({ db, now: () => at }, { caller, procedure: "boxes.make", key: "k", input }, async () => {
      answers += 1;
      return { number: answers };
    });

  expect([await ask("user:ada"), await ask("user:ada"), await ask("user:bob")]).toEqual([
    { number: 1 },
    { number: 1 },
    { number: 2 },
  ]);
  await expect(ask("user:ada", { size: 2 })).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });

  at = new Date(at.getTime() + 25 * HOUR_MS);
  expect(await ask("user:ada", { size: 2 })).toEqual({ number: 3 });
  expect(await inTransaction(db, (tx) => pruneAnswers({ tx, at }))).toBe(1);
});

test("a refusal is not remembered, and callers at the same time get one answer", async () => {
  const { server } = await openWorld({ ada: "owner" });
  const { db } = server.running.services.database;
  const call = { caller: "user:eve", procedure: "boxes.make", key: randomUUID(), input: {} };
  const ctx = { db, now: () => new Date() };
  let runs = 0;

  await expect(answerOnce(ctx, call, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  const answers = await Promise.all(
    [1, 2, 3].map(() =>
      answerOnce(ctx, call, async () => {
        runs += 1;
        return { runs };
      }),
    ),
  );

  expect(answers).toEqual([{ runs: 1 }, { runs: 1 }, { runs: 1 }]);
});
