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

test("an admin key can be guessed nowhere more often than at the admin procedures", async () => {
  const limited = await openLimitedServer();
  try {
    const right = limited.running.services.config.adminKeys[0]!.reveal();
    const guess = (path: string, key: string) => limited.ask(path, { "x-admin-key": key });
    // What other procedures answer, and their headers, do not tell whether it is right.
    const wrong = await guess("/api/v1/auth/whoami", "guess");
    const lucky = await guess("/api/v1/auth/whoami", right);
    expect([wrong, lucky].map(({ headers }) => headers.get("ratelimit-policy"))).toEqual([
      '"anonymous";q=4;w=60',
      '"anonymous";q=4;w=60',
    ]);
    // An unknown path asks first, too. With the token of a user the quota of anonymous callers does not stop it.
    const headers = { authorization: `Bearer ${limited.token}`, "x-admin-key": "guess" };
    expect(await admitted(7, () => limited.ask("/api/v1/admin/nothing", headers))).toBe(3);
    expect((await limited.ask("/trpc/admin.users.list", headers)).status).toBe(429);
    expect((await guess("/trpc/admin.users.list", right)).status).toBe(200);
  } finally {
    await limited.stop();
  }
});
