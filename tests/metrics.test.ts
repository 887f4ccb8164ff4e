import { randomUUID } from "node:crypto";
import { get } from "node:http";
import { describe, expect, test } from "vitest";
import { startJobs } from "../server/src/jobs/run-jobs.ts";
import { send } from "./support/raw.ts";
import { openTestServer, testServer } from "./support/server.ts";
import { openWorld } from "./support/world.ts";

/** The value of one row, as Prometheus would read it; 0 for a row that is not there yet. */
async function read(row: string): Promise<number> {
  const line = (await scrape()).split("\n").find((each) => each.startsWith(`${row} `));
  return Number(line?.slice(row.length + 1) ?? 0);
}

function rowOf(procedure: string, code: string, principal: string): string {
  return `gatehouse_calls_total{procedure="${procedure}",code="${code}",principal="${principal}"}`;
}

async function scrape(): Promise<string> {
  const answer = await send("/metrics");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  return answer.text;
}

describe("a call", () => {
  test("is counted by its procedure, what was answered, and the kind of its caller", async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
    const rows = [
      rowOf("projects.create", "OK", "user"),
      rowOf("projects.create", "FORBIDDEN", "user"),
      rowOf("projects.create", "UNAUTHORIZED", "anonymous"),
    ];
    const before = await Promise.all(rows.map(read));

    await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
    await expect(people.vic.api.projects.create.mutate({ workspaceId, name: "Mine" })).toBeRefused(
      "FORBIDDEN",
    );
    await send("/api/v1/projects", {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });

    const after = await Promise.all(rows.map(read));
    expect(after).toEqual(before.map((count) => count + 1));
    expect(await read('gatehouse_call_seconds_count{procedure="projects.create"}')).toBeGreaterThanOrEqual(3);
  });

  test("with an admin key is an admin's, good or bad", async () => {
    const { admin } = await testServer();
    const rows = ["OK", "INVALID_ADMIN_KEY"].map((code) => rowOf("admin.users.list", code, "adminKey"));

    await admin.admin.users.list.query({});
    await send("/trpc/admin.users.list", { headers: { "x-admin-key": "not-the-admin-key" } });

    expect(await Promise.all(rows.map(read))).toEqual([1, 1]);
  });

  test("that no procedure was made for is counted among the answers only", async () => {
    const path = `nothing-${randomUUID()}`;
    const before = await read('gatehouse_http_answers_total{method="GET",status="404"}');

    await send(`/trpc/${path}`);

    expect(await read('gatehouse_http_answers_total{method="GET",status="404"}')).toBe(before + 1);
    expect(await scrape()).not.toContain(path);
  });
});

test("credentials are counted by their kind and by why they were refused", async () => {
  const good = 'gatehouse_credentials_total{credential="session",result="accepted"}';
  const bad = 'gatehouse_credentials_total{credential="unknown",result="UNAUTHORIZED"}';
  const { people } = await openWorld({ ada: "owner" });
  const before = [await read(good), await read(bad)];

  await people.ada.api.me.get.query();
  await send("/trpc/me.get", { token: "not.a.token" });

  expect([await read(good), await read(bad)]).toEqual(before.map((count) => count + 1));
});

test("webhooks are counted by what became of them, and a forged one is no lost one", async () => {
  const refused = 'gatehouse_webhooks_total{provider="clerk",outcome="refused"}';
  const applied = 'gatehouse_webhooks_total{provider="clerk",outcome="applied"}';
  const { clerk } = await testServer();
  const before = [await read(refused), await read(applied)];

  await send("/webhooks/clerk", { method: "POST", body: "{}" });
  await clerk.createUser({ email: `${randomUUID()}@example.com` });

  await expect.poll(async () => (await read(applied)) > before[1]!).toBe(true);
  expect(await read(refused)).toBe(before[0]! + 1);
  expect(await read('gatehouse_webhooks_total{provider="clerk",outcome="failed"}')).toBe(0);
});

test("the pool, the key set, the memories and the event loop can be watched", async () => {
  await openWorld({ ada: "owner" });
  const text = await scrape();

  for (const row of [
    'gatehouse_pool_connections{state="open"}',
    "gatehouse_pool_waiting 0",
    "gatehouse_keys_age_seconds ",
    'gatehouse_keys_fetches_total{result="succeeded"}',
    'gatehouse_keys_fetches_total{result="failed"} 0',
    'gatehouse_memory_entries{memory="tokens"} ',
    'gatehouse_memory_hits_total{memory="badTokens"}',
    'gatehouse_memory_entries{memory="callers"}',
    "gatehouse_changes_heard 1",
    'gatehouse_memory_misses_total{memory="tokens"}',
    'gatehouse_memory_drops_total{memory="tokens"} 0',
    'gatehouse_opaque_remembered{verdict="good"} 0',
    'gatehouse_opaque_lookups_total{result="miss"} 0',
    "gatehouse_rate_limit_store_failures_total 0",
    "gatehouse_log_lines_dropped_total 0",
    "nodejs_eventloop_lag_p99_seconds ",
    "process_resident_memory_bytes ",
  ])
    expect(text).toContain(`\n${row}`);
});

test("nobody can be told from the numbers", async () => {
  const { people, workspaceId } = await openWorld({ ada: "owner" });
  await people.ada.api.projects.list.query({ workspaceId });
  const text = await scrape();

  for (const secret of [
    workspaceId,
    people.ada.userId,
    people.ada.clerkId,
    people.ada.email,
    people.ada.token,
  ])
    expect(text).not.toContain(secret);
});

describe("without a token the numbers are for this machine alone", () => {
  test.each([
    ["a proxy on this machine that speaks for others", { "x-forwarded-for": "203.0.113.9" }],
    ["such a proxy in the newer words", { forwarded: "for=203.0.113.9" }],
  ])("%s is refused", async (_who, headers) => {
    const answer = await send("/metrics", { headers });
    expect([answer.status, answer.code]).toEqual([403, "FORBIDDEN"]);
    expect(answer.text).not.toContain("gatehouse_");
  });
});

test("a page whose name was bent to loopback is refused", async () => {
  const { url } = await testServer();
  const status = (headers: Record<string, string>) =>
    new Promise((resolve, reject) =>
      get(`${url}/metrics`, { headers }, (answer) => resolve(answer.resume().statusCode)).once(
        "error",
        reject,
      ),
    );
  expect(await status({})).toBe(200);
  expect(await status({ host: "evil.test" })).toBe(403);
});

describe("with METRICS_TOKEN", () => {
  test("whoever has one of the tokens reads them from anywhere, and nobody else from nowhere", async () => {
    const tokens = ["first-token-of-the-scraper", "second-token-of-the-scraper"];
    const server = await openTestServer({ METRICS_TOKEN: tokens.join(",") });
    const status = async (authorization?: string) =>
      (
        await fetch(`${server.url}/metrics`, {
          headers: { "x-forwarded-for": "203.0.113.9", ...(authorization ? { authorization } : {}) },
        })
      ).status;

    for (const token of tokens) expect(await status(`Bearer ${token}`)).toBe(200);
    for (const bad of [
      undefined,
      "Bearer ",
      `Bearer ${tokens[0]}x`,
      `Basic ${tokens[0]}`,
      `Bearer ${tokens.join(",")}`,
    ])
      expect(await status(bad)).toBe(401);
    expect(server.log.text()).not.toContain(tokens[0]);
    await server.stop();
  });
});

test("a job that has run leaves the time of its success", async () => {
  const { running, log } = await testServer();
  const { metrics, database, now } = running.services;
  const before = now().getTime() / 1_000;
  const jobs = startJobs([{ name: "try-out", schedule: "* * * * * *", run: () => Promise.resolve(0) }], {
    db: database.db,
    log: log.log,
    metrics,
    now,
  });

  await expect.poll(() => read('gatehouse_job_runs_total{name="try-out",result="done"}')).toBeGreaterThan(0);
  await jobs.stop();
  expect(await read('gatehouse_job_done_timestamp_seconds{name="try-out"}')).toBeGreaterThanOrEqual(before);
});
