import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { networkOf } from "../server/src/access/rate-limit.ts";
import type { RateLimits } from "../server/src/access/rate-limit.ts";
import { openTestDatabase } from "./support/database.ts";
import type { TestDatabase } from "./support/database.ts";
import { admitted, openLimitedServer } from "./support/limited.ts";
import type { LimitedServer } from "./support/limited.ts";

const REDIS_URL = process.env["TEST_REDIS_URL"];
const DATABASE_URL = process.env["TEST_DATABASE_URL"];

// What is counted is counted in a server, so each test has a fresh one; the database is theirs together.
let shared: TestDatabase;
let server: LimitedServer;
const opened: LimitedServer[] = [];

beforeAll(async () => {
  shared = await openTestDatabase();
});
beforeEach(async () => {
  server = await open();
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});
afterAll(() => shared.close());

async function open(env: Record<string, string> = {}): Promise<LimitedServer> {
  const limited = await openLimitedServer(env, shared);
  opened.push(limited);
  return limited;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const listAs = (token: string) => server.ask("/trpc/projects.list", bearer(token));

describe("a key", () => {
  test("has the calls of its tier in a minute, and the headers count them down", async () => {
    const answers = [];
    for (let call = 0; call < 7; call++) answers.push(await listAs(server.apiKey));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 429]);
    for (const [index, { headers }] of answers.entries()) {
      expect(headers.get("ratelimit-policy")).toBe('"lite";q=6;w=60');
      expect(headers.get("ratelimit")).toMatch(
        new RegExp(`^"lite";r=${Math.max(0, 5 - index)};t=([1-9]|[1-5]\\d|60)$`),
      );
    }
    const last = answers.at(-1)!;
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(last.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    expect(await last.json()).toMatchObject({ error: { data: { code: "RATE_LIMITED" } } });
  });

  test("pays for every call of a batch", async () => {
    const batch = "/trpc/auth.whoami,auth.whoami,auth.whoami,auth.whoami?batch=1";
    expect((await server.ask(batch, bearer(server.apiKey))).headers.get("ratelimit")).toMatch(/^"lite";r=2;/);
    const second = await server.ask(batch, bearer(server.apiKey));
    expect(second.status).toBe(429);
    expect(await second.json()).toMatchObject(
      Array.from({ length: 4 }, () => ({ error: { data: { code: "RATE_LIMITED" } } })),
    );
  });

  test("has more under a higher tier, and its tokens share what it has", async () => {
    const { db } = server.running.services.database;
    await db.workspace.update({ where: { id: server.workspaceId }, data: { tier: "standard" } });
    await db.apiKey.updateMany({ data: { tier: "standard" } });
    expect(await admitted(14, () => listAs(server.apiKey))).toBe(12);
  });

  test("is counted over REST and tRPC alike", async () => {
    const overRest = await server.ask("/api/v1/projects", bearer(server.apiKey));
    expect([overRest.status, overRest.headers.get("ratelimit")]).toEqual([
      200,
      expect.stringMatching(/^"lite";r=5;/),
    ]);
    expect((await listAs(server.apiKey)).headers.get("ratelimit")).toMatch(/^"lite";r=4;/);
    await admitted(4, () => server.ask("/api/v1/projects", bearer(server.apiKey)));
    const refused = await server.ask("/api/v1/projects", bearer(server.apiKey));
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(refused.headers.get("ratelimit-policy")).toBe('"lite";q=6;w=60');
    expect(await refused.json()).toMatchObject({ code: "RATE_LIMITED", error: { code: "rate_limited" } });
  });

  test("does not use up what another key or its owner has", async () => {
    expect(await admitted(8, () => listAs(server.apiKey))).toBe(6);
    expect((await server.ask("/trpc/me.get", bearer(server.token))).status).toBe(200);
  });
});

describe("a user", () => {
  test("has calls of his own", async () => {
    const other = await server.signUp();
    await admitted(12, () => server.ask("/trpc/me.get", bearer(server.token)));
    expect((await server.ask("/trpc/me.get", bearer(server.token))).status).toBe(429);
    expect((await server.ask("/trpc/me.get", bearer(other))).status).toBe(200);
  });

  test("tries few access codes in a minute, right or wrong", async () => {
    const eve = server.as(await server.signUp());
    for (let guess = 0; guess < 3; guess++)
      await expect(eve.accessCodes.redeem.mutate({ code: randomUUID() })).toBeRefused("CODE_INVALID");
    await expect(eve.accessCodes.redeem.mutate({ code: randomUUID() })).toBeRefused("RATE_LIMITED");
    const { code } = await server.admin.admin.accessCodes.create.mutate({});
    await expect(eve.accessCodes.redeem.mutate({ code })).toBeRefused("RATE_LIMITED");
    expect((await eve.me.get.query()).hasProductAccess).toBe(false);
    await server.as(await server.signUp()).accessCodes.redeem.mutate({ code });
  });
});

describe("an address", () => {
  test("without a credential has few calls", async () => {
    expect(await admitted(8, () => server.ask("/trpc/auth.whoami"))).toBe(4);
  });

  test("with bad credentials has few, and whoever shares it with a good one loses nothing", async () => {
    const tries = ["not.a.token", "gk_test_nothing", "x"];
    expect(await admitted(9, () => listAs(tries[0]!))).toBe(4);
    for (const token of tries) expect((await listAs(token)).status).toBe(429);
    expect((await listAs(server.apiKey)).status).toBe(200);
    expect((await server.ask("/trpc/me.get", bearer(server.token))).status).toBe(200);
    // Nor does he who comes for the first time.
    expect((await server.ask("/trpc/me.get", bearer(await server.signUp()))).status).toBe(200);
  });

  test("tries few admin keys, and the right one always opens", async () => {
    const list = (key: string) => server.ask("/trpc/admin.accessCodes.list", { "x-admin-key": key });
    expect((await list("wrong")).status).toBe(403);
    expect(await admitted(6, () => list(randomUUID()))).toBe(2);
    const { adminKeys } = server.running.services.config;
    expect(await admitted(20, () => list(adminKeys[0]!.reveal()))).toBe(20);
  });

  test("cannot be made up: without a trusted proxy the header counts for nothing", async () => {
    let last = 0;
    const forged = () => server.ask("/trpc/auth.whoami", { "x-forwarded-for": `203.0.113.${++last}` });
    expect(await admitted(8, forged)).toBe(4);
  });

  test("counts as a whole network under IPv6, however it is written", () => {
    expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
    expect(networkOf("2001:db8:1:2::ffff")).toBe(networkOf("2001:0db8:1:2::1"));
    expect(networkOf("2001:db8::1")).toBe(networkOf("2001:db8:0:0:9::"));
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
    expect(networkOf("203.0.113.7")).toBe("203.0.113.7");
  });
});

test("RATE_LIMIT_ADDRESS_SCALE is a factor on what an address has, and on nothing else", async () => {
  server = await open({ RATE_LIMIT_ADDRESS_SCALE: "2" });
  expect(await admitted(12, () => server.ask("/trpc/auth.whoami"))).toBe(8);
  expect(await admitted(8, () => listAs(server.apiKey))).toBe(6);
});

test("when Redis cannot be reached, each server counts by itself, says so, and refuses nobody for it", async () => {
  server = await open({ REDIS_URL: "redis://127.0.0.1:1" });
  expect(await admitted(8, () => listAs(server.apiKey))).toBe(6);
  expect(server.running.services.rateLimits.storeFailures()).toBeGreaterThan(0);
  expect(server.log.lines().map(({ msg }) => msg)).toContain("Redis cannot be reached");
  expect(server.log.lines().some(({ msg }) => msg.includes("on this server alone"))).toBe(true);
});

describe("servers that count together", () => {
  test.skipIf(REDIS_URL === undefined)("do so in Redis", async () => {
    await countTogether({ REDIS_URL: REDIS_URL! });
  });

  test.skipIf(DATABASE_URL === undefined)("do so in PostgreSQL", async () => {
    await countTogether({ RATE_LIMIT_STORE: "postgres", DATABASE_URL: DATABASE_URL! });
  });
});

/** Two limiters of one server are as far apart as those of two servers: they share nothing but the store. */
async function countTogether(env: Record<string, string>): Promise<void> {
  server = await open(env);
  const { openRateLimits } = await import("../server/src/access/open-rate-limits.ts");
  const { config, database, log, rateLimits } = server.running.services;
  const other = await openRateLimits({
    config: config.rateLimits,
    limits: config.limits,
    pool: database.pool,
    log,
  });
  const quota = { policy: rateLimits.policies.perKey("lite"), counted: randomUUID() };
  for (const each of [rateLimits, other]) await expect.poll(() => reachesStore(each)).toBe(true);

  const left: number[] = [];
  for (let call = 0; call < 3; call++) {
    left.push((await rateLimits.consume(quota, 1)).remaining, (await other.consume(quota, 1)).remaining);
  }
  expect(left).toEqual([5, 4, 3, 2, 1, 0]);
  expect((await rateLimits.consume(quota, 1)).isExceeded).toBe(true);
  expect((await other.consume(quota, 1)).isExceeded).toBe(true);
  await other.close();
}

async function reachesStore(limits: RateLimits): Promise<boolean> {
  const before = limits.storeFailures();
  await limits.consume({ policy: limits.policies.perKey("lite"), counted: randomUUID() }, 1);
  return limits.storeFailures() === before;
}
