import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { expectNothingLost, keepSpending } from "./parts/callers.ts";
import { openCluster } from "./parts/cluster.ts";
import { ready } from "./parts/node.ts";
import { openScene } from "./parts/scene.ts";
import type { Scene, SceneOptions } from "./parts/scene.ts";
import { openTcpProxy } from "./parts/tcp-proxy.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function open(options?: SceneOptions): Promise<Scene> {
  const scene = await openScene(options);
  closers.push(() => scene.close());
  return scene;
}

/** A caller may be told that the database is away, or that his connection was: nothing else. */
const PASSING = new Set(["UNAVAILABLE", "NETWORK"]);
function expectPassing(failures: Record<string, number>): void {
  expect(Object.keys(failures).filter((code) => !PASSING.has(code))).toEqual([]);
}

const many = <T>(count: number, one: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => one(i));

describe("while callers spend, PostgreSQL", () => {
  test.each(["fast", "immediate"] as const)(
    "is restarted (%s): nothing acknowledged is lost",
    async (mode) => {
      const { api, cluster, node, pool, workspaceId } = await open();
      const callers = keepSpending(
        many(12, () => api),
        workspaceId,
      );
      await callers.more(100);

      for (let restart = 0; restart < 3; restart++) {
        await cluster.stop(mode);
        await sleep(500);
        await cluster.start();
        await ready(node);
        await callers.more(100);
      }

      const tally = await callers.stop();
      expectPassing(tally.failures);
      await expectNothingLost(pool, tally);
    },
  );

  test("is killed in the middle of transactions: the ledger agrees with itself when it is back", async () => {
    const { api, cluster, node, pool, workspaceId } = await open();
    const callers = keepSpending(
      many(12, () => api),
      workspaceId,
    );
    for (let crash = 0; crash < 10; crash++) {
      await callers.more(30);
      await cluster.kill();
      await cluster.start();
      await ready(node);
      await expectNothingLost(pool, { ...callers.tally, acknowledged: [...callers.tally.acknowledged] });
    }
    const tally = await callers.stop();
    expectPassing(tally.failures);
    await expectNothingLost(pool, tally);
  });
});

test("a table that somebody has locked keeps its callers waiting for seconds, and nobody else", async () => {
  const { api, pool, workspaceId } = await open();
  const locker = await pool.connect();
  await locker.query("BEGIN; LOCK TABLE projects IN ACCESS EXCLUSIVE MODE");

  await expect(api.projects.list.query({ workspaceId })).toBeRefused("UNAVAILABLE");
  expect(await api.me.get.query()).toMatchObject({ email: "ada@example.com" });

  await locker.query("ROLLBACK");
  locker.release();
  expect((await api.projects.list.query({ workspaceId })).items).toEqual([]);
});

test("statements that take too long are given up, here and in the database, and leave the pool as it was", async () => {
  const { api, node, pool, workspaceId } = await open();
  await pool.query(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END'`);
  await pool.query("CREATE TRIGGER dawdle BEFORE INSERT ON projects FOR EACH ROW EXECUTE FUNCTION dawdle()");
  const startedAt = performance.now();
  const answers = await Promise.allSettled(
    many(12, () => api.projects.create.mutate({ workspaceId, name: "Slow" })),
  );
  expect(performance.now() - startedAt).toBeLessThan(25_000);
  expect(answers.map(({ status }) => status)).toEqual(many(12, () => "rejected"));
  for (const answer of answers)
    if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "UNAVAILABLE" });

  const dawdling = async (): Promise<number> => {
    const { rows } = await pool.query("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
    return rows.length;
  };
  await expect.poll(dawdling, { timeout: 20_000 }).toBe(0);
  await pool.query("DROP TRIGGER dawdle ON projects");
  await ready(node);
  expect((await api.projects.create.mutate({ workspaceId, name: "Quick" })).name).toBe("Quick");
  expect((await api.projects.list.query({ workspaceId })).items).toHaveLength(1);
});

test("a database that is far away makes calls slow, and fails none", async () => {
  const cluster = await openCluster();
  const wire = await openTcpProxy(() => cluster.port);
  closers.push(() => wire.close());
  const databaseUrl = `postgres://postgres@127.0.0.1:${wire.port}/postgres`;
  const { api, pool, workspaceId } = await open({ cluster, databaseUrl });
  const callers = keepSpending(
    many(4, () => api),
    workspaceId,
  );
  wire.delay(50);
  await callers.more(20);
  wire.delay(0);
  await callers.more(100);

  const tally = await callers.stop();
  expect(tally.failures).toEqual({});
  await expectNothingLost(pool, tally);
});

test("more calls than a server can have at work are turned away at once, and the others wait for their turn", async () => {
  const { api, getToken, node, pool, workspaceId } = await open();
  const locker = await pool.connect();
  await locker.query("BEGIN; LOCK TABLE projects IN ACCESS EXCLUSIVE MODE");
  const paths = many(10, () => "projects.list").join(",");
  const inputs = encodeURIComponent(
    JSON.stringify(Object.fromEntries(many(10, (at) => [at, { workspaceId }]))),
  );
  const headers = { authorization: `Bearer ${String(await getToken())}` };
  const ask = () => fetch(`${node.url}/trpc/${paths}?batch=1&input=${inputs}`, { headers });

  const waiting = many(150, ask);
  const first = await Promise.race(waiting);
  await locker.query("ROLLBACK");
  locker.release();

  expect(first.status).toBe(503);
  expect(first.headers.get("retry-after")).toBe("1");
  const statuses = (await Promise.all(waiting)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
  expect((await api.projects.list.query({ workspaceId })).items).toEqual([]);
});

test("when every connection is busy, callers are turned away with Retry-After, and health still answers", async () => {
  const { api, getToken, node, pool, workspaceId } = await open();
  const locker = await pool.connect();
  await locker.query("BEGIN; LOCK TABLE projects IN ACCESS EXCLUSIVE MODE");
  const input = encodeURIComponent(JSON.stringify({ workspaceId }));
  const headers = { authorization: `Bearer ${String(await getToken())}` };

  const waiting = many(200, () => fetch(`${node.url}/trpc/projects.list?input=${input}`, { headers }));
  expect((await fetch(`${node.url}/healthz`)).status).toBe(200);
  const answers = await Promise.all(waiting);

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  for (const answer of answers) expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  await locker.query("ROLLBACK");
  locker.release();
  expect((await api.projects.list.query({ workspaceId })).items).toEqual([]);
});

test("a PostgreSQL that takes no more connections is away, and back when it takes some", async () => {
  const cluster = await openCluster({
    settings: { max_connections: "14", superuser_reserved_connections: "0" },
  });
  const { api, node, pool } = await open({ cluster });
  // Whoever else uses this PostgreSQL takes all that is free, and ends what the server had.
  const others: Client[] = [];
  await pool.query("SELECT 1");
  const takeAll = async (): Promise<void> => {
    for (;;) {
      const other = new Client(cluster.url);
      other.on("error", () => undefined);
      try {
        await other.connect();
      } catch {
        return;
      }
      others.push(other);
    }
  };
  await pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'gatehouse%'",
  );
  await takeAll();

  await expect(api.workspaces.list.query({})).toBeRefused("UNAVAILABLE");

  for (const other of others) await other.end();
  await ready(node);
  expect((await api.workspaces.list.query({})).items).toHaveLength(1);
});

test("a network that swallows packets holds a caller for seconds, not for minutes, and heals", async () => {
  const cluster = await openCluster();
  const wire = await openTcpProxy(() => cluster.port);
  closers.push(() => wire.close());
  const databaseUrl = `postgres://postgres@127.0.0.1:${wire.port}/postgres`;
  const { api, node, workspaceId } = await open({ cluster, databaseUrl });

  wire.swallow();
  const startedAt = performance.now();
  const [first, second] = await Promise.allSettled([
    api.projects.list.query({ workspaceId }),
    api.projects.list.query({ workspaceId }),
  ]);
  expect([first.status, second.status]).toEqual(["rejected", "rejected"]);
  expect(performance.now() - startedAt).toBeLessThan(25_000);
  expect((await fetch(`${node.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${node.url}/readyz`)).status).toBe(503);

  wire.heal();
  await ready(node);
  expect((await api.projects.list.query({ workspaceId })).items).toEqual([]);
});
