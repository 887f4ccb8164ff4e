import { createClerkClient } from "@clerk/backend";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { admitted, openLimitedServer } from "../support/limited.ts";
import type { LimitedServer } from "../support/limited.ts";

let server: LimitedServer;
beforeAll(async () => {
  server = await openLimitedServer();
});
afterAll(() => server.stop());

test("made-up credentials use up the calls of their address, and not those that Clerk grants us", async () => {
  const { secretKey, apiUrl } = server.running.services.clerk;
  const { apiKeys } = createClerkClient({ secretKey: secretKey.reveal(), apiUrl });
  const { clerkId } = await server.as(server.token).me.get.query();
  const { secret = "" } = await apiKeys.create({ name: "CI", subject: clerkId, scopes: ["users:read"] });
  const show = (token: string) => server.ask("/api/v1/me", { authorization: `Bearer ${token}` });
  expect((await show(secret)).status).toBe(200);
  await server.clerk.forgetRequests();

  const madeUp = () => show(`ak_${randomBytes(24).toString("hex")}`);
  expect(await admitted(12, madeUp)).toBe(4);

  expect(await server.clerk.requests("/api_keys/verify")).toHaveLength(4);
  // Whoever shares the address with a credential that was good before loses nothing.
  expect((await show(secret)).status).toBe(200);
});
