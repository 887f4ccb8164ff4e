import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openLog } from "../../server/src/base/log.ts";
import { Secret } from "../../server/src/base/secret.ts";
import { isUnavailable, isUniqueViolation, isWriteConflict } from "../../server/src/database/errors.ts";
import { openDatabase } from "../../server/src/database/open.ts";
import type { Database, OpenDatabase } from "../../server/src/database/open.ts";
import { openRaceDatabase, openTestDatabase, testOnPostgres } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

const log = openLog("silent");
let opened: TestDatabase;
let db: Database;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ db } = opened.database);
  await db.identityTombstone.create({ data: { clerkId: "taken", deletedAt: new Date(0) } });
  await db.workspace.create({ data: { name: "Atlas", slug: "taken" } });
  await db.webhookEvent.create({ data: { provider: "clerk", id: "taken", type: "t" } });
});

afterAll(() => opened.close());

async function errorOf(work: () => Promise<unknown>): Promise<unknown> {
  return work().then(
    () => expect.fail("it should have failed"),
    (error: unknown) => error,
  );
}

function secondWorkspace(tx: Pick<Database, "workspace">): Promise<unknown> {
  return tx.workspace.create({ data: { name: "Other", slug: "taken" } });
}

describe("a key that exists already", () => {
  test.each<[string, () => Promise<unknown>, string | string[], string | string[]]>([
    ["by Prisma", () => secondWorkspace(db), "workspaces_slug_key", ["name"]],
    ["by its columns", () => secondWorkspace(db), ["slug"], ["slug", "name"]],
    ["in a transaction", () => db.$transaction((tx) => secondWorkspace(tx)), ["slug"], "workspaces_pkey"],
    [
      "by raw SQL",
      () => db.$executeRaw`INSERT INTO identity_tombstones VALUES ('taken', now())`,
      "identity_tombstones_pkey",
      ["x"],
    ],
    [
      "by the pool",
      () => opened.database.pool.query("INSERT INTO identity_tombstones VALUES ('taken', now())"),
      ["clerk_id"],
      ["x"],
    ],
    [
      "of two columns",
      () => db.webhookEvent.create({ data: { provider: "clerk", id: "taken", type: "t" } }),
      "webhook_events_pkey",
      ["id"],
    ],
  ])("is recognised %s", async (_how, work, key, otherKey) => {
    const error = await errorOf(work);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, key)).toBe(true);
    expect(isUniqueViolation(error, otherKey)).toBe(false);
    expect(isUnavailable(error)).toBe(false);
    expect(isWriteConflict(error)).toBe(false);
  });
});

describe("what a caller sent wrong is neither a clash nor an outage", () => {
  const nobody = "00000000-0000-7000-8000-000000000000";
  test.each<[string, string, () => Promise<unknown>]>([
    ["a NUL character", "P2039", () => db.workspace.create({ data: { name: "a\0b", slug: "nul" } })],
    [
      "a lone surrogate in JSON",
      "P2010",
      () => db.$queryRaw`SELECT ${JSON.stringify({ a: "\uD800" })}::jsonb`,
    ],
    ["an id that is no UUID", "P2007", () => db.workspace.findUnique({ where: { id: "nope" } })],
    ["a number out of range", "P2020", () => db.project.updateMany({ data: { version: 3_000_000_000 } })],
    [
      "a foreign key to nothing",
      "P2003",
      () => db.project.create({ data: { name: "x", workspaceId: nobody } }),
    ],
    [
      "a row that is not there",
      "P2025",
      () => db.workspace.update({ where: { id: nobody }, data: { name: "x" } }),
    ],
  ])("%s", async (_what, code, work) => {
    const error = await errorOf(work);
    expect(error).toMatchObject({ code });
    expect([isUniqueViolation(error), isUnavailable(error), isWriteConflict(error)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("a lone surrogate in text is stored as U+FFFD, without an error: it has to be refused before", async () => {
    const { name } = await db.workspace.create({ data: { name: "a\uD800b", slug: "lone" } });
    expect(name).toBe("a\uFFFDb");
  });

  test.each([null, undefined, "text", 42, {}, new Error("Connection"), { cause: { code: 1 } }])(
    "%s",
    (error) => {
      expect([isUniqueViolation(error), isUnavailable(error), isWriteConflict(error)]).toEqual([
        false,
        false,
        false,
      ]);
    },
  );

  test("an error that is its own cause ends", () => {
    const error = new Error("round");
    error.cause = error;
    expect(isUnavailable(error)).toBe(false);
  });
});

async function expectOutage(database: OpenDatabase): Promise<void> {
  const { db: broken, pool } = database;
  for (const ask of [
    () => broken.workspace.count(),
    () => broken.$transaction(async (tx) => tx.workspace.count()),
    () => pool.query("SELECT 1"),
    () => database.ping(),
  ]) {
    expect(isUnavailable(await errorOf(ask))).toBe(true);
  }
}

describe("an outage is recognised", () => {
  test.each([
    ["nobody listens", "postgres://gatehouse@127.0.0.1:1/none"],
    ["neither on IPv4 nor on IPv6", "postgres://gatehouse@localhost:1/none"],
    ["the name is unknown", "postgres://gatehouse@nobody.invalid/none"],
  ])("where %s", async (_what, url) => {
    const unreachable = await openDatabase({ kind: "postgres", url: new Secret(url) }, { log });
    await expectOutage(unreachable);
    await unreachable.close();
  });

  test("after the database was closed", async () => {
    const closed = await openTestDatabase();
    await closed.close();
    await expectOutage(closed.database);
  });

  test("where a transaction takes too long", async () => {
    const slow = db.$transaction(
      async (tx) => {
        await sleep(200);
        await tx.workspace.count();
      },
      { timeout: 50 },
    );
    expect(isUnavailable(await errorOf(() => slow))).toBe(true);
  });

  testOnPostgres("where all connections are taken", async () => {
    const { url, drop } = await openRaceDatabase();
    onTestFinished(drop);
    const small = await openDatabase({ kind: "postgres", url: new Secret(url) }, { log, poolSize: 1 });
    const client = await small.pool.connect();
    const started = performance.now();
    expect(isUnavailable(await errorOf(() => small.db.workspace.count()))).toBe(true);
    expect(
      isUnavailable(await errorOf(() => small.db.$transaction(async (tx) => tx.workspace.count()))),
    ).toBe(true);
    expect(performance.now() - started).toBeLessThan(10_000);
    client.release();
    expect(await small.db.workspace.count()).toBe(0);
    await small.close();
  });

  testOnPostgres.for([
    ["a statement that runs into its time limit", "SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)"],
    ["a server without connections left", "DO $$ BEGIN RAISE EXCEPTION '' USING errcode = '53300'; END $$"],
    ["a disk that is full", "DO $$ BEGIN RAISE EXCEPTION '' USING errcode = '53100'; END $$"],
    ["a server that starts up", "DO $$ BEGIN RAISE EXCEPTION '' USING errcode = '57P03'; END $$"],
    ["a replica", "BEGIN READ ONLY; CREATE TABLE x (); COMMIT"],
  ] as const)("%s", async ([, sql]) => {
    expect(isUnavailable(await errorOf(() => opened.database.pool.query(sql)))).toBe(true);
    await opened.database.pool.query("ROLLBACK");
  });

  testOnPostgres("where the server ends our connection before, during and after a statement", async () => {
    const { url, drop } = await openRaceDatabase();
    onTestFinished(drop);
    const database = await openDatabase({ kind: "postgres", url: new Secret(url) }, { log });
    const name = new URL(url).pathname.slice(1);
    const endAll = (): Promise<unknown> =>
      opened.database.pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
        [name],
      );

    const during = errorOf(() => database.pool.query("SELECT pg_sleep(5)"));
    await sleep(200);
    await endAll();
    expect(isUnavailable(await during)).toBe(true);

    const between = await errorOf(() =>
      database.db.$transaction(async (tx) => {
        await tx.workspace.count();
        await endAll();
        await sleep(100);
        await tx.workspace.count();
      }),
    );
    expect(isUnavailable(between)).toBe(true);

    const atCommit = await errorOf(() =>
      database.db.$transaction(async (tx) => {
        await tx.workspace.count();
        await endAll();
        await sleep(100);
      }),
    );
    expect(isUnavailable(atCommit)).toBe(true);

    // And it recovers by itself.
    expect(await database.db.workspace.count()).toBe(0);
    await database.close();
  });
});
