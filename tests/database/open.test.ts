import { expect, test } from "vitest";
import { openTestDatabase } from "../support/database.ts";

test("x", async () => {
  let t = performance.now();
  const { database, close } = await openTestDatabase();
  console.log("open", performance.now() - t);
  expect(await database.db.workspace.count()).toBe(0);
  t = performance.now();
  await close();
  console.log("close", performance.now() - t);
});
