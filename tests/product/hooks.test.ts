import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Hooks } from "../../server/src/hooks/happenings.ts";
import { startHooks } from "../../server/src/hooks/run-hooks.ts";
import { inTransaction } from "../../server/src/database/transaction.ts";
import { testOnPostgres } from "../support/database.ts";
import { testServer } from "../support/server.ts";
import { openWorld, signUp } from "../support/world.ts";

/** A product that listens on this file's server, and what it has heard. */
async function listen(): Promise<string[]> {
  const heard: string[] = [];
  await start({
    userCreated: ({ user }) => void heard.push(`user ${user.clerkId}`),
    workspaceCreated: ({ workspace }) => void heard.push(`workspace ${workspace.id}`),
    paymentSettled: ({ payment }) => void heard.push(`payment ${payment.id} of ${payment.amount}`),
  });
  return heard;
}

async function start(hooks: Hooks): Promise<void> {
  const { running, log } = await testServer();
  const { stop } = startHooks(hooks, { database: running.services.database, log: log.log });
  onTestFinished(stop);
}

async function openPayment() {
  const { running } = await testServer();
  const { id: workspaceId } = await running.services.database.db.workspace.create({
    data: { name: "Maps", slug: `maps-${randomUUID()}` },
  });
  return running.services.database.db.payment.create({
    data: {
      provider: "stripe",
      workspaceId,
      packId: "starter",
      credits: 1_000n,
      amount: 900n,
      currency: "eur",
      createdAt: new Date(),
    },
  });
}

test("a product hears of a user, of a workspace and of a payment that was paid, each once", async () => {
  const heard = await listen();
  const { ada, people } = await openWorld({ ada: "stranger" });
  const { id: workspaceId } = await ada.workspaces.create.mutate({ name: "Maps" });
  const payment = await openPayment();
  const { db } = (await testServer()).running.services.database;
  await db.payment.update({ where: { id: payment.id }, data: { state: "paid" } });
  await db.payment.update({ where: { id: payment.id }, data: { granted: 1_000n } });

  const wanted = [`user ${people.ada.clerkId}`, `workspace ${workspaceId}`, `payment ${payment.id} of 900`];
  await vi.waitFor(() => expect(heard).toEqual(expect.arrayContaining(wanted)), 10_000);
  expect(heard.filter((each) => wanted.includes(each))).toHaveLength(3);
});

test("a change that is rolled back is told to nobody", async () => {
  const heard = await listen();
  const { db } = (await testServer()).running.services.database;
  const slug = `undone-${randomUUID()}`;
  const undone = inTransaction(db, async (tx) => {
    await tx.workspace.create({ data: { name: "Undone", slug } });
    throw new Error("no");
  });
  await expect(undone).rejects.toThrow("no");

  // What comes later is heard, so that silence about the other means something.
  const { clerkId } = await signUp("later");
  await vi.waitFor(() => expect(heard).toContain(`user ${clerkId}`), 10_000);
  expect(await db.happening.count({ where: { kind: "workspaceCreated" } })).toBe(0);
});

test("a hook that fails is asked again, and holds up no other", async () => {
  const heard: string[] = [];
  const failing = new Set<string>();
  await start({
    userCreated: ({ user }) => {
      heard.push(user.clerkId);
      if (failing.delete(user.clerkId)) throw new Error("the mail server is away");
    },
  });
  const { running, log, clerk } = await testServer();
  const { id: first } = await clerk.createUser({ email: `${randomUUID()}@example.com` });
  failing.add(first);
  const token = await clerk.mint({ sessionId: (await clerk.createSession(first)).id });
  await (await testServer()).as(token).me.get.query();
  const second = await signUp("second");
  await vi.waitFor(() => expect(heard).toEqual(expect.arrayContaining([first, second.clerkId])), 10_000);
  expect(log.takeErrors()).toEqual([expect.objectContaining({ msg: "a hook failed and is tried again" })]);

  const { pool, db } = running.services.database;
  await pool.query("UPDATE happenings SET next_at = now()");
  await pool.query("SELECT pg_notify('gatehouse_changes', 'happenings')");

  await vi.waitFor(() => expect(heard.filter((each) => each === first)).toHaveLength(2), 10_000);
  await vi.waitFor(
    async () => expect(await db.happening.count({ where: { kind: "userCreated" } })).toBe(0),
    10_000,
  );
});

testOnPostgres("of several servers one tells", async () => {
  const heard: string[] = [];
  const hooks: Hooks = { userCreated: ({ user }) => void heard.push(user.clerkId) };
  for (let servers = 0; servers < 3; servers += 1) await start(hooks);

  const people = await Promise.all(Array.from({ length: 20 }, (_, index) => signUp(`p${index}`)));

  const wanted = people.map(({ clerkId }) => clerkId).toSorted();
  await vi.waitFor(() => expect(heard.toSorted()).toEqual(wanted), 20_000);
});
