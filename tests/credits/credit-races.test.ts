import { createClient } from "@gatehouse/client";
import type { Api } from "@gatehouse/client";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { expect } from "vitest";
import { expectBooksToAgree, grant } from "../support/credits.ts";
import { testOnPostgres } from "../support/database.ts";
import type { TestServer } from "../support/server.ts";
import { openWorld } from "../support/world.ts";

interface Node {
  url: string;
  /** As a crash does: no time to finish anything. */
  kill: () => Promise<void>;
}

/** Another server as operators run it: its own process, on the same database and Clerk instance. */
async function startNode({ running, databaseUrl }: TestServer): Promise<Node> {
  const { clerk } = running.services;
  const child = spawn(process.execPath, ["server/dist/main.js"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: "0",
      LOG_LEVEL: "silent",
      DATABASE_URL: databaseUrl ?? "",
      CLERK_SECRET_KEY: clerk.secretKey.reveal(),
      CLERK_API_URL: clerk.apiUrl,
      CLERK_ISSUER: clerk.issuer,
      API_KEY_PEPPER: Buffer.alloc(32, 7).toString("base64"),
      API_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 8).toString("base64"),
    },
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /(http:\/\/[\d.:]+)\/trpc/.exec(line)?.[1];
    if (url === undefined) continue;
    const kill = async (): Promise<void> => {
      child.kill("SIGKILL");
      await gone;
    };
    return { url, kill };
  }
  throw new Error("the server did not start");
}

testOnPostgres(
  "fifty spends at once by two servers: as many as there are credits for, and not one more",
  async () => {
    const { server, people, ada, workspaceId } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 30 * 7);
    const other = await startNode(server);
    const apis: Api[] = [server.url, other.url].map((url) =>
      createClient({ url, getToken: () => people.ada.token }),
    );

    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const input = { workspaceId, credits: 7, reason: "At once", idempotencyKey: `race-${index}` };
        return apis[index % 2]!.credits.spend.mutate(input).then(
          () => "spent",
          (error: unknown) => (error as { code?: string }).code,
        );
      }),
    );
    await other.kill();

    expect(outcomes.filter((each) => each === "spent")).toHaveLength(30);
    expect(new Set(outcomes)).toEqual(new Set(["spent", "INSUFFICIENT_CREDITS"]));
    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 0, available: 0 });
    await expectBooksToAgree(server.running.services.database.pool);
  },
  30_000,
);

testOnPostgres("one key fifty times at once: one entry, and everybody is told of it", async () => {
  const { server, ada, workspaceId } = await openWorld({ ada: "owner" });
  await grant(workspaceId, 1_000);
  const input = { workspaceId, credits: 10, reason: "Once", idempotencyKey: randomUUID() };

  const entries = await Promise.all(Array.from({ length: 50 }, () => ada.credits.spend.mutate(input)));

  expect(new Set(entries.map(({ id }) => id)).size).toBe(1);
  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 990 });
  await expectBooksToAgree(server.running.services.database.pool);
});

testOnPostgres("a hold is captured or released, never both, whoever is first", async () => {
  const { server, ada, workspaceId } = await openWorld({ ada: "owner" });
  await grant(workspaceId, 1_000);
  for (let round = 0; round < 10; round++) {
    const { id: holdId } = await ada.credits.hold.mutate({
      workspaceId,
      credits: 10,
      reason: "Either",
      idempotencyKey: randomUUID(),
    });
    const before = (await ada.credits.balance.query({ workspaceId })).balance;
    const outcomes = await Promise.allSettled([
      ada.credits.capture.mutate({ workspaceId, holdId }),
      ada.credits.release.mutate({ workspaceId, holdId }),
    ]);
    const captured = outcomes[0].status === "fulfilled";
    expect(outcomes[1].status).toBe(captured ? "rejected" : "fulfilled");
    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({
      balance: captured ? before - 10 : before,
      held: 0,
    });
  }
  await expectBooksToAgree(server.running.services.database.pool);
});

const MOST_KILLS = 30;
/** A machine that takes long to start a server kills fewer of them, so that the suite ends. */
const ENOUGH_MS = Number(process.env["KILL_LOOP_MS"] ?? 30_000);

testOnPostgres(
  "servers that are killed again and again under load lose no entry that was answered, and write none twice",
  async () => {
    const { server, people, workspaceId } = await openWorld({ ada: "owner" });
    await grant(workspaceId, 1_000_000);
    const answered = new Map<string, string>();
    let node = await startNode(server);
    const over = new AbortController();

    /** Somebody who spends one credit after another, and asks again with the same key until he is answered. */
    const spender = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const idempotencyKey = randomUUID();
        while (!over.signal.aborted && !answered.has(idempotencyKey)) {
          const api = createClient({ url: node.url, getToken: () => people.ada.token });
          try {
            const input = { workspaceId, credits: 1, reason: "Under load", idempotencyKey };
            answered.set(idempotencyKey, (await api.credits.spend.mutate(input)).id);
          } catch {
            // Killed under way: whether it was written is not known, so it is asked for again.
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        }
      }
    };
    const spenders = Array.from({ length: 6 }, () => spender());
    const endsAt = Date.now() + ENOUGH_MS;
    let kills = 0;
    for (; kills < MOST_KILLS && Date.now() < endsAt; kills++) {
      const before = answered.size;
      const [next] = await Promise.all([startNode(server), until(() => answered.size >= before + 5)]);
      const old = node;
      node = next;
      await old.kill();
    }
    over.abort();
    await Promise.all(spenders);
    await node.kill();

    const { db, pool } = server.running.services.database;
    const rows = await db.creditEntry.findMany({
      where: { reason: "Under load" },
      select: { id: true, idempotencyKey: true },
    });
    const written = new Map(rows.map(({ id, idempotencyKey }) => [idempotencyKey, id]));
    expect(written.size).toBe(rows.length);
    expect([...answered].filter(([key, id]) => written.get(`spend:${key}`) !== id)).toEqual([]);
    expect(kills).toBeGreaterThan(0);
    expect(answered.size).toBeGreaterThanOrEqual(kills * 5);
    await expectBooksToAgree(pool);
  },
  ENOUGH_MS + 60_000,
);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
