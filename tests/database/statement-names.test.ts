import fc from "fast-check";
import { expect, test } from "vitest";
import { statementNames } from "../../server/src/database/statement-names.ts";
import { openTestDatabase } from "../support/database.ts";

test("a statement is named when it comes again, and keeps its name", () => {
  const nameOf = statementNames();
  expect(nameOf({ sql: "SELECT 1" })).toBe("");
  const name = nameOf({ sql: "SELECT 1" });
  expect(name).not.toBe("");
  expect(nameOf({ sql: "SELECT 1" })).toBe(name);
});

test("whatever comes, there are never more names than allowed, and none is used for two statements", () => {
  const statements = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 500 });
  fc.assert(
    fc.property(statements, (texts) => {
      const nameOf = statementNames(10);
      const textOf = new Map<string, number>();
      for (const text of texts) {
        const name = nameOf({ sql: String(text) });
        if (name === "") continue;
        expect(textOf.get(name) ?? text).toBe(text);
        textOf.set(name, text);
      }
      expect(textOf.size).toBeLessThanOrEqual(10);
    }),
  );
});

test("a query that returns is prepared once on the server", async () => {
  const { database, close } = await openTestDatabase();
  const session = async (): Promise<unknown> =>
    database.db.$transaction(async (tx) => {
      for (let turn = 0; turn < 3; turn++) await tx.workspace.findMany({ where: { name: `turn ${turn}` } });
      return tx.$queryRaw`SELECT count(*)::int AS prepared FROM pg_prepared_statements WHERE statement LIKE '%"workspaces"%'`;
    });
  expect(await session()).toEqual([{ prepared: 1 }]);
  await close();
});
