import { test } from "vitest";
import { testServer } from "../support/server.ts";
import { tryHistories } from "./histories.ts";

test("in whatever order and however often events come, a thousand histories end as Clerk is", async () => {
  await tryHistories((await testServer()).running.services.database, 1_000);
});
