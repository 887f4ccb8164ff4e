import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openInstanceServer, signUpAt } from "../support/instance.ts";
import type { InstanceServer } from "../support/instance.ts";
import { GOOD_TOKENS } from "./good-tokens.ts";
import { HOSTILE_TOKENS } from "./hostile-tokens.ts";
import { openWorkshop, SERVICE_USER, SETTINGS } from "./workshop.ts";
import type { Workshop } from "./workshop.ts";

let server: InstanceServer;
let shop: Workshop;

beforeAll(async () => {
  server = await openInstanceServer({ env: SETTINGS });
  shop = openWorkshop(server, await signUpAt(server, "ada"));
  await server.services.database.db.user.create({
    data: { clerkId: SERVICE_USER, clerkUpdatedAt: new Date() },
  });
  // Fetched once, so that a row of the tables that asks for keys again is seen to do it.
  await server.show(`Bearer ${await shop.session()}`);
});
afterAll(() => server.stop());

describe("a hostile token is refused and explained, and never repeated", () => {
  test.each(HOSTILE_TOKENS)("%s", async (_name, make, reason) => {
    const token = await make(shop);

    const shown = await server.show(`Bearer ${token}`);

    expect(shown.whoami).toMatchObject({ kind: "rejected", subject: null });
    expect(shown.whoami["reason"]).toMatch(reason);
    expect(shown.status).toBe(401);
    expect(shown.code).toBe(String(shown.reason).startsWith("expired") ? "TOKEN_EXPIRED" : "UNAUTHORIZED");
    expect(shown.reason).toMatch(reason);
    expect(shown.headers.get("www-authenticate")).toContain('Bearer error="invalid_token"');
    for (const piece of token.split(".").filter((each) => each.length > 12)) {
      expect(shown.text).not.toContain(piece);
      expect(server.log.text()).not.toContain(piece);
    }
    expect(server.log.takeErrors()).toEqual([]);
  });
});

describe("a good token is taken for what it is", () => {
  test.each(GOOD_TOKENS)("%s", async (_name, make, expected) => {
    const token = await make(shop);

    const shown = await server.show(`Bearer ${token}`);

    expect(shown.whoami).toMatchObject({ code: null, reason: null, ...expected });
    if (shown.whoami["kind"] === "user" && shown.whoami["subject"] === shop.userId)
      expect(shown.status).toBe(200);
    // A machine's token is good, and is not what this procedure wants.
    if (shown.whoami["kind"] === "machine") expect([shown.status, shown.code]).toEqual([403, "FORBIDDEN"]);
  });
});

test("all that fetched the keys twice: at first, and for the one kid that nobody knew", async () => {
  const fetches = await server.clerk.requests("/v1/jwks");
  expect(fetches.length).toBeLessThanOrEqual(2);
});

test("nothing of the tables asked Clerk about a token", async () => {
  const calls = await server.clerk.requests();
  expect(calls.filter(({ path }) => path.endsWith("/verify"))).toEqual([]);
});

describe("the Authorization header", () => {
  test.each([
    ["the scheme in lower case", (token: string) => `bearer ${token}`],
    ["the scheme in capitals", (token: string) => `BEARER ${token}`],
  ])("is read with %s", async (_name, write) => {
    expect((await server.show(write(await shop.session()))).status).toBe(200);
  });

  test.each([
    ["no scheme", (token: string) => token],
    ["another scheme", (token: string) => `Basic ${token}`],
    ["two spaces", (token: string) => `Bearer  ${token}`],
    ["a tab", (token: string) => `Bearer\t${token}`],
    ["two tokens", (token: string) => `Bearer ${token} ${token}`],
    ["two credentials in one", (token: string) => `Bearer ${token}, Bearer ${token}`],
    ["parameters", (token: string) => `Bearer token="${token}"`],
    ["the scheme alone", () => "Bearer"],
  ])("is refused with %s, not taken for none", async (_name, write) => {
    const shown = await server.show(write(await shop.session()));
    expect(shown.whoami["kind"]).toBe("rejected");
    expect([shown.status, shown.code]).toEqual([401, "UNAUTHORIZED"]);
  });
});
