import { z } from "zod";
import { beforeAll, expect, test } from "vitest";
import { AppError } from "../../server/src/base/app-error.ts";
import { inTransaction } from "../../server/src/database/transaction.ts";
import { t } from "../../server/src/trpc/init.ts";
import { openRequest } from "../../server/src/trpc/context.ts";
import { workspaceProcedure } from "../../server/src/trpc/procedures.ts";
import { router } from "../../server/src/trpc/router.ts";
import { grant } from "../support/credits.ts";
import { testServer } from "../support/server.ts";
import { openWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const Draw = z.strictObject({ workspaceId: z.uuid(), works: z.boolean() });
const priced = workspaceProcedure
  .meta({
    permission: "projects:write",
    cost: 5,
    errors: ["INSUFFICIENT_CREDITS", "NOT_FOUND"],
    summary: "Draw",
  })
  .input(Draw)
  .output(z.object({ held: z.int() }));

/** What else happens while somebody draws. */
let whileDrawing = (): Promise<void> => Promise.resolve();

/** A product of its own whose procedures cost five credits a call. */
const drawings = router({
  draw: priced.mutation(async ({ ctx, input }) => {
    const account = await ctx.db.creditAccount.findFirst({ where: { workspaceId: ctx.workspace.id } });
    await whileDrawing();
    if (!input.works) throw new AppError("NOT_FOUND");
    return { held: Number(account?.held ?? 0n) };
  }),
  drawAndStore: priced.mutation(async ({ ctx, input }) => {
    await inTransaction(ctx.db, async (tx) => {
      await tx.project.create({ data: { workspaceId: ctx.workspace.id, name: "A drawing" } });
      await ctx.price?.settle(tx);
      if (!input.works) throw new AppError("NOT_FOUND");
    });
    return { held: 0 };
  }),
});

async function callerFor({ people }: World<"ada">) {
  const { services } = (await testServer()).running;
  const facts = {
    requestId: "r-1",
    authorization: `Bearer ${people.ada.token}`,
    adminKey: null,
    address: "127.0.0.1",
    calls: 1,
    isForAdmins: false,
  };
  return t.createCallerFactory(drawings)(openRequest(facts, services));
}

let world: Awaited<ReturnType<typeof openWorld<"ada">>>;
beforeAll(async () => {
  world = await openWorld({ ada: "owner" });
});

test("a call is paid when it has succeeded, and held while it runs", async () => {
  const { ada, workspaceId } = world;
  await grant(workspaceId, 12);
  const { draw, drawAndStore } = await callerFor(world);

  expect(await draw({ workspaceId, works: true })).toEqual({ held: 5 });
  await expect(draw({ workspaceId, works: false })).rejects.toMatchObject({ cause: { code: "NOT_FOUND" } });
  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 7, held: 0 });

  await expect(drawAndStore({ workspaceId, works: false })).rejects.toMatchObject({
    cause: { code: "NOT_FOUND" },
  });
  expect((await ada.projects.list.query({ workspaceId })).items).toEqual([]);
  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 7, held: 0 });

  await drawAndStore({ workspaceId, works: true });
  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 2, held: 0 });

  await expect(drawAndStore({ workspaceId, works: true })).rejects.toMatchObject({
    cause: { code: "INSUFFICIENT_CREDITS" },
  });
  expect((await ada.projects.list.query({ workspaceId })).items).toHaveLength(1);
  expect((await ada.credits.entries.query({ workspaceId })).items[0]).toMatchObject({
    amount: -5,
    reason: "Call of drawAndStore",
  });
});

test("whoever calls does not take the price back while the call runs", async () => {
  const { ada, workspaceId, server } = world;
  await grant(workspaceId, 5);
  const before = await ada.credits.balance.query({ workspaceId });
  const { db } = server.running.services.database;
  whileDrawing = async () => {
    const { id: holdId } = await db.creditHold.findFirstOrThrow({ where: { state: "open" } });
    await expect(ada.credits.release.mutate({ workspaceId, holdId })).toBeRefused("NOT_FOUND");
    await expect(ada.credits.capture.mutate({ workspaceId, holdId, credits: 1 })).toBeRefused("NOT_FOUND");
  };

  await (await callerFor(world)).draw({ workspaceId, works: true });

  const after = await ada.credits.balance.query({ workspaceId });
  expect(after).toMatchObject({ balance: before.balance - 5, held: 0 });
});

test("a procedure that costs something must say that it can be refused for it", () => {
  const build = workspaceProcedure
    .meta({ permission: "projects:write", cost: 5, summary: "Draw" })
    .output(z.object({}))
    .mutation(() => ({}));
  expect(() => router({ build })).toThrow("INSUFFICIENT_CREDITS");
});
