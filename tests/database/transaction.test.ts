import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isWriteConflict } from "../../server/src/database/errors.ts";
import type { Database } from "../../server/src/database/open.ts";
import { inTransaction } from "../../server/src/database/transaction.ts";
import { conflictingOnce, openTestDatabase, testOnPostgres } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

let opened: TestDatabase;
let db: Database;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ db } = opened.database);
});

afterAll(() => opened.close());

describe("a transaction", () => {
  test("stores all of its work and returns what it made", async () => {
    const made = await inTransaction(db, (tx) =>
      tx.workspace.create({ data: { name: "Atlas", slug: "all" } }),
    );
    expect(await db.workspace.findUnique({ where: { slug: "all" } })).toEqual(made);
  });

  test("stores nothing where its work fails, and is not tried again", async () => {
    let attempts = 0;
    const failing = inTransaction(db, async (tx) => {
      attempts++;
      await tx.workspace.create({ data: { name: "Atlas", slug: "nothing" } });
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(attempts).toBe(1);
    expect(await db.workspace.count({ where: { slug: "nothing" } })).toBe(0);
  });

  test("runs at the isolation that was asked for", async () => {
    const levels = await inTransaction(db, (tx) => tx.$queryRaw`SHOW transaction_isolation`, {
      isolation: "Serializable",
    });
    expect(levels).toEqual([{ transaction_isolation: "serializable" }]);
  });

  test("that loses is done again, and its work is stored once", async () => {
    const effects: string[] = [];
    await inTransaction(conflictingOnce(db), async (tx) => {
      effects.push("seen twice, as every effect outside would be");
      await tx.workspace.create({ data: { name: "Atlas", slug: "again" } });
    });
    expect(effects).toHaveLength(2);
    expect(await db.workspace.count({ where: { slug: "again" } })).toBe(1);
  });

  test("that loses for ever is given up after five attempts", async () => {
    let attempts = 0;
    const losing = inTransaction(db, async (tx) => {
      attempts++;
      await tx.$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'lost' USING errcode = '40001'; END $$`;
    });
    expect(isWriteConflict(await losing.catch((error: unknown) => error))).toBe(true);
    expect(attempts).toBe(5);
  });
});

describe("two transactions at once", () => {
  testOnPostgres(
    "that read what the other writes are both stored in the end, one after the other",
    async () => {
      const { id: workspaceId } = await db.workspace.create({ data: { name: "Race", slug: "race" } });
      let attempts = 0;
      const addIfFewerThanFive = (): Promise<void> =>
        inTransaction(
          db,
          async (tx) => {
            attempts++;
            const count = await tx.project.count({ where: { workspaceId } });
            if (count < 5) await tx.project.create({ data: { workspaceId, name: `Project ${count}` } });
          },
          { isolation: "Serializable", attempts: 20 },
        );

      await Promise.all(Array.from({ length: 8 }, addIfFewerThanFive));

      const projects = await db.project.findMany({ where: { workspaceId }, orderBy: { name: "asc" } });
      expect(projects.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4].map((index) => `Project ${index}`));
      expect(attempts).toBeGreaterThan(8);
    },
  );

  testOnPostgres("that lock the same rows in opposite order are both stored", async () => {
    const one = await db.workspace.create({ data: { name: "One", slug: "one" } });
    const two = await db.workspace.create({ data: { name: "Two", slug: "two" } });
    let attempts = 0;
    const rename = (first: string, second: string, name: string): Promise<void> =>
      inTransaction(db, async (tx) => {
        attempts++;
        await tx.workspace.update({ where: { id: first }, data: { name } });
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx.workspace.update({ where: { id: second }, data: { name } });
      });

    await Promise.all([rename(one.id, two.id, "forth"), rename(two.id, one.id, "back")]);

    expect(attempts).toBe(3);
    const names = await db.workspace.findMany({
      where: { id: { in: [one.id, two.id] } },
      select: { name: true },
    });
    expect(names[0]).toEqual(names[1]);
  });

  testOnPostgres("one of which fails to be serialized only at COMMIT are both stored", async () => {
    // A constraint trigger that is deferred fails where no statement of ours is running any more.
    await opened.database.pool.query(`
      CREATE SEQUENCE tries;
      CREATE FUNCTION lose_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('tries') = 1 THEN RAISE EXCEPTION 'late' USING errcode = '40001'; END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER late AFTER INSERT ON identity_tombstones DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION lose_once()`);
    let attempts = 0;
    await inTransaction(db, async (tx) => {
      attempts++;
      await tx.identityTombstone.create({ data: { clerkId: "late", deletedAt: new Date(0) } });
    });
    expect(attempts).toBe(2);
    expect(await db.identityTombstone.count({ where: { clerkId: "late" } })).toBe(1);
  });
});
