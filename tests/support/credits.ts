import type pg from "pg";
import { expect } from "vitest";
import { disagreeingAccounts } from "../../server/src/features/credits/books.ts";
import { testServer } from "./server.ts";

/** Gives credits to a workspace, as whoever runs the installation. */
export async function grant(workspaceId: string, credits: number): Promise<void> {
  const { admin } = await testServer();
  await admin.admin.credits.adjust.mutate({ workspaceId, credits, reason: "For the test" });
}

/** What holds of every account at any moment. */
export async function expectBooksToAgree(pool: pg.Pool): Promise<void> {
  expect(await disagreeingAccounts(pool), "accounts whose books do not agree").toEqual([]);
}
