import { test } from "vitest";
import { testServer } from "../support/server.ts";
import { tryHistories, tryHistoriesAtTheDoor } from "./histories.ts";

test("in whatever order and however often events come, the tables end as Clerk is", async () => {
  await tryHistories((await testServer()).running.services.database, 50);
});

test("the same through the door, with signatures and the inbox", async () => {
  await tryHistoriesAtTheDoor((await testServer()).running.services.database, 6);
});
