import { afterAll, beforeAll, expect, test } from "vitest";
import { isUnavailable } from "../../server/src/database/errors.ts";
import { Prisma } from "../../server/src/database/generated/client.ts";
import type { OpenDatabase } from "../../server/src/database/open.ts";
import { openTestDatabase, testOnPostgres } from "../support/database.ts";

let database: OpenDatabase;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ database, close } = await openTestDatabase());
  await database.pool.query("CREATE TABLE notes (id int PRIMARY KEY, text text NOT NULL)");
});
afterAll(() => close());

const textsOf = (...ids: number[]) =>
  database.byHand
    .ask<{ text: string }>(Prisma.sql`SELECT text FROM notes WHERE id = ANY(${ids}) ORDER BY id`)
    .then((rows) => rows.map(({ text }) => text));

test("what a statement is told is never part of its text", async () => {
  const evil = "'); DROP TABLE notes; --";
  await database.byHand.inTransaction((tx) => tx.$executeRaw`INSERT INTO notes VALUES (1, ${evil})`);
  const named = Prisma.sql` AND text = ${evil}`;
  const found = await database.byHand.ask(Prisma.sql`SELECT id FROM notes WHERE id = ${1}${named}`);
  expect(found).toEqual([{ id: 1 }]);
});

function write(id: number, text: string, fails: boolean): Promise<void> {
  return database.byHand.inTransaction(async (tx) => {
    expect(await tx.$executeRaw`INSERT INTO notes VALUES (${id}, ${text})`).toBe(1);
    expect(await tx.$queryRaw`SELECT text FROM notes WHERE id = ${id}`).toEqual([{ text }]);
    if (fails) throw new Error("thought better of it");
  });
}

test("a transaction leaves all that it did, or nothing", async () => {
  await expect(write(10, "taken back", true)).rejects.toThrow("thought better of it");
  await write(11, "stays", false);

  expect(await textsOf(10, 11)).toEqual(["stays"]);
});

test("a statement that is refused leaves a connection on which the next one works", async () => {
  const twice = database.byHand.inTransaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO notes VALUES (20, 'first')`;
    await tx.$executeRaw`INSERT INTO notes VALUES (20, 'again')`;
  });
  await expect(twice).rejects.toMatchObject({ code: "23505" });
  expect(await textsOf(20)).toEqual([]);
});

test("a statement after the end of its transaction is refused, and not done in somebody else's", async () => {
  const over = await database.byHand.inTransaction((tx) => Promise.resolve(tx));
  const late = over.$executeRaw`INSERT INTO notes VALUES (40, 'late')`;
  await expect(late).rejects.toThrow("not awaited");
  expect(await textsOf(40)).toEqual([]);
});

test("work that swallows what went wrong is not told that it was stored", async () => {
  const swallowing = database.byHand.inTransaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO notes VALUES (50, 'first')`;
    await tx.$executeRaw`INSERT INTO notes VALUES (50, 'again')`.catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow("nothing was stored");
  expect(await textsOf(50)).toEqual([]);
});

test("a statement that comes again is prepared once, beside those of Prisma and under no name of theirs", async () => {
  const id = 30;
  for (let turn = 0; turn < 3; turn++) {
    await database.byHand.inTransaction(async (tx) => {
      await tx.$queryRaw`SELECT text AS by_hand FROM notes WHERE id = ${id}`;
    });
    await database.db.workspace.findMany({ where: { name: `turn ${turn}` } });
  }
  const prepared = await database.byHand.inTransaction(
    (tx) =>
      tx.$queryRaw<{ name: string; statement: string }[]>`SELECT name, statement FROM pg_prepared_statements`,
  );
  expect(new Set(prepared.map(({ name }) => name)).size).toBe(prepared.length);
  const ours = prepared.filter(({ statement }) => statement.startsWith("SELECT text AS by_hand"));
  expect(ours.length).toBeLessThanOrEqual(1);
});

testOnPostgres("work that loses against another transaction is done again from its beginning", async () => {
  const { byHand, pool } = database;
  await pool.query("CREATE TABLE two (id int PRIMARY KEY, n int NOT NULL)");
  await pool.query("INSERT INTO two VALUES (1, 0), (2, 0)");
  let begun = 0;
  const addTo = (first: number, second: number) =>
    byHand.inTransaction(async (tx) => {
      begun += 1;
      await tx.$executeRaw`UPDATE two SET n = n + 1 WHERE id = ${first}`;
      // Long enough for the other one to hold what this one wants next.
      await tx.$queryRaw`SELECT pg_sleep(0.2)::text`;
      await tx.$executeRaw`UPDATE two SET n = n + 1 WHERE id = ${second}`;
    });

  await Promise.all([addTo(1, 2), addTo(2, 1)]);

  expect((await pool.query("SELECT n FROM two")).rows).toEqual([{ n: 2 }, { n: 2 }]);
  expect(begun).toBeGreaterThan(2);
});

testOnPostgres("a connection that was lost in the middle is given to nobody else", async () => {
  const cut = database.byHand.inTransaction(
    (tx) => tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())::text`,
  );
  expect(isUnavailable(await cut.catch((error: unknown) => error))).toBe(true);
  for (let turn = 0; turn < 20; turn++) expect(await textsOf(404)).toEqual([]);
});
