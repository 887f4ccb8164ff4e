import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorkspaceContext } from "../../server/src/access/contexts.ts";
import { AppError } from "../../server/src/base/app-error.ts";
import { inTransaction } from "../../server/src/database/transaction.ts";
import { decideGrant, decideTakeBack } from "../../server/src/features/credits/decide-change.ts";
import { captureCredits, holdCredits, releaseCredits } from "../../server/src/features/credits/holds.ts";
import { applyChange, lockAccount } from "../../server/src/features/credits/ledger.ts";
import { readBalance } from "../../server/src/features/credits/operations.ts";
import { spendCredits } from "../../server/src/features/credits/spend.ts";
import { expectBooksToAgree } from "../support/credits.ts";
import { conflictingOnce, openTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

/**
 * The whole ledger in two facts: what all movements add up to, and which holds are open. Everything that an account shows
 * follows from them.
 */
interface Model {
  net: number;
  holds: Map<string, { credits: number; endsAt: number }>;
  now: number;
}

function shownBy({ net, holds, now }: Model) {
  const held = [...holds.values()]
    .filter(({ endsAt }) => endsAt > now)
    .reduce((sum, { credits }) => sum + credits, 0);
  return { held, available: Math.max(0, net - held), net };
}

type Step =
  | { do: "grant" | "take back" | "spend" | "spend again" | "hold"; credits: number }
  | { do: "capture"; part: number; which: number }
  | { do: "release"; which: number }
  | { do: "wait"; seconds: number };

const credits = fc.integer({ min: 1, max: 60 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom(
      "grant" as const,
      "take back" as const,
      "spend" as const,
      "spend again" as const,
      "hold" as const,
    ),
    credits,
  }),
  fc.record({
    do: fc.constant("capture" as const),
    part: fc.double({ min: 0.1, max: 1, noNaN: true }),
    which: fc.nat(9),
  }),
  fc.record({ do: fc.constant("release" as const), which: fc.nat(9) }),
  fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 90 }) }),
);

/** Whether the model allows it; the ledger must say the same. */
async function allowed(work: () => Promise<unknown>, isAllowed: boolean): Promise<boolean> {
  const code = await work().then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : Promise.reject(error)),
  );
  expect(code === null, `refused with ${code}`).toBe(isAllowed);
  return isAllowed;
}

/** Steps on the real ledger of one workspace, each followed by the same step in the model. */
function openLedger() {
  const model: Model = { net: 0, holds: new Map(), now: Date.parse("2026-01-01T00:00:00.000Z") };
  const owner = { workspaceId: randomUUID() };
  const actor = { kind: "system", id: null, person: null, credential: null, impersonatorId: null } as const;
  // Every transaction loses its first attempt: what is done twice would show.
  const db = conflictingOnce(opened.database.db);
  const facts = {
    db,
    now: () => new Date(model.now),
    requestId: "r",
    actor,
    workspace: { id: owner.workspaceId },
  };
  const ctx = facts as unknown as WorkspaceContext;
  let lastKey = "none";

  const change = (source: "adjustment" | "refund", amount: number) =>
    inTransaction(db, async (tx) => {
      const account = await lockAccount(tx, owner, ctx.now());
      const decision = amount > 0 ? decideGrant(account, amount) : decideTakeBack(account, -amount);
      if (decision.kind === "overflow") throw new Error("too much");
      const cause = { source, reason: source, key: randomUUID(), fingerprint: "", actor, at: ctx.now() };
      await applyChange(tx, account, decision, cause);
    });
  const nth = (which: number) => [...model.holds.entries()][which % Math.max(1, model.holds.size)];

  async function take(step: Step): Promise<void> {
    const { available } = shownBy(model);
    switch (step.do) {
      case "grant":
        await change("adjustment", step.credits);
        model.net += step.credits;
        return;
      case "take back":
        await change("refund", -step.credits);
        model.net -= step.credits;
        return;
      case "spend": {
        lastKey = randomUUID();
        const input = { credits: step.credits, reason: "r", idempotencyKey: lastKey };
        if (await allowed(() => spendCredits(ctx, input), step.credits <= available))
          model.net -= step.credits;
        return;
      }
      case "spend again": {
        const earlier = await opened.database.db.creditEntry.findFirst({
          where: { idempotencyKey: `spend:${lastKey}` },
        });
        const input = { credits: -Number(earlier?.amount), reason: "r", idempotencyKey: lastKey };
        if (earlier !== null) expect((await spendCredits(ctx, input)).id).toBe(earlier.id);
        return;
      }
      case "hold": {
        const input = {
          credits: step.credits,
          reason: "r",
          idempotencyKey: randomUUID(),
          expiresInSeconds: 60,
        };
        let id = "";
        const work = async () => {
          ({ id } = await holdCredits(ctx, input));
        };
        if (await allowed(work, step.credits <= available))
          model.holds.set(id, { credits: step.credits, endsAt: model.now + 60_000 });
        return;
      }
      case "capture": {
        const [id, hold] = nth(step.which) ?? [];
        if (id === undefined || hold === undefined) return;
        const spent = Math.max(1, Math.floor(hold.credits * step.part));
        const works = await allowed(
          () => captureCredits(ctx, { holdId: id, credits: spent }),
          hold.endsAt > model.now,
        );
        model.holds.delete(id);
        if (works) model.net -= spent;
        return;
      }
      case "release": {
        const [id] = nth(step.which) ?? [];
        if (id === undefined) return;
        await releaseCredits(ctx, { holdId: id });
        model.holds.delete(id);
        return;
      }
      case "wait":
        model.now += step.seconds * 1_000;
    }
  }
  return { model, take, balance: () => readBalance(ctx, owner) };
}

test("whatever happens to an account, it shows what the sum of all movements and the open holds say", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), async (steps) => {
      const { model, take, balance } = openLedger();
      for (const step of steps) {
        await take(step);
        const { balance: sum, held, available, owed } = await balance();
        expect({ net: sum - owed, held, available }).toEqual(shownBy(model));
        expect(Math.min(sum, held, available, owed)).toBeGreaterThanOrEqual(0);
      }
      await expectBooksToAgree(opened.database.pool);
    }),
    { numRuns: 40 },
  );
}, 60_000);
