import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { testServer } from "../support/server.ts";
import { openWorld } from "../support/world.ts";

const today = (): string => new Date().toISOString().slice(0, 10);

test("usage is recorded once for each key, and summed by day, meter and API key", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { id: apiKeyId, secret } = await ada.apiKeys.create.mutate({
    workspaceId,
    name: "Worker",
    scopes: ["usage:write"],
    tier: "lite",
  });
  const worker = server.as(secret);
  const use = (quantity: number, idempotencyKey = randomUUID()) => ({
    workspaceId,
    meter: "pages.printed",
    quantity,
    idempotencyKey,
  });
  const first = use(5);

  const record = await ada.usage.record.mutate(first);
  expect(await ada.usage.record.mutate(first)).toEqual(record);
  await expect(ada.usage.record.mutate({ ...first, quantity: 6 })).toBeRefused("IDEMPOTENCY_KEY_REUSED");
  await ada.usage.record.mutate(use(2));
  await worker.usage.record.mutate(use(30));

  const { items } = await ada.usage.summary.query({ workspaceId });
  expect(items.filter(({ meter }) => meter === "pages.printed")).toEqual([
    { meter: "pages.printed", apiKeyId, quantity: 30 },
    { meter: "pages.printed", apiKeyId: null, quantity: 7 },
  ]);
  const series = { workspaceId, meter: "pages.printed" };
  expect((await ada.usage.series.query(series)).items).toEqual([
    { day: today(), meter: "pages.printed", quantity: 37 },
  ]);
  expect((await ada.usage.series.query({ ...series, apiKeyId })).items).toMatchObject([{ quantity: 30 }]);
});

test("calls are counted by procedure and key, and a refused stranger is not", async () => {
  const { ada, eve, workspaceId, server } = await openWorld({ ada: "owner", eve: "stranger" });
  const { id: apiKeyId, secret } = await ada.apiKeys.create.mutate({
    workspaceId,
    name: "Reader",
    scopes: ["projects:read"],
    tier: "lite",
  });
  for (let call = 0; call < 3; call++) await server.as(secret).projects.list.query({ workspaceId });
  await ada.projects.list.query({ workspaceId });
  await expect(eve.projects.list.query({ workspaceId })).toBeRefused("FORBIDDEN");

  await server.running.services.calls.flush();

  const { items } = await ada.usage.summary.query({ workspaceId });
  expect(items.filter(({ meter }) => meter === "calls.projects.list")).toEqual([
    { meter: "calls.projects.list", apiKeyId, quantity: 3 },
    { meter: "calls.projects.list", apiKeyId: null, quantity: 1 },
  ]);
});

test("counters outlive a workspace that is gone and a database that is away", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { calls, database } = server.running.services;
  calls.count({ workspaceId: randomUUID(), keyId: null, path: "projects.list" });
  calls.count({ workspaceId, keyId: null, path: "projects.get" });
  await database.pool.query("ALTER TABLE usage_days RENAME TO usage_days_away");
  await calls.flush();
  await database.pool.query("ALTER TABLE usage_days_away RENAME TO usage_days");

  await calls.flush();

  const { items } = await ada.usage.series.query({ workspaceId, meter: "calls.projects.get" });
  expect(items).toMatchObject([{ quantity: 1 }]);
});

test("nobody reports calls himself, nor meters and days that are none", async () => {
  const { ada, vic, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
  const use = { workspaceId, meter: "pages", quantity: 1, idempotencyKey: "use-1" };

  for (const meter of ["calls.projects.list", "", "Pages", "a b", "x".repeat(101), "a..b"])
    await expect(ada.usage.record.mutate({ ...use, meter })).toBeRefused("VALIDATION_FAILED");
  for (const quantity of [0, -1, 0.5, 2 ** 53])
    await expect(ada.usage.record.mutate({ ...use, quantity })).toBeRefused("VALIDATION_FAILED");
  for (const span of [
    { from: "2026-02-30" },
    { from: "2026-02-02", to: "2026-02-01" },
    { from: "2020-01-01", to: "2026-01-01" },
  ])
    await expect(ada.usage.summary.query({ workspaceId, ...span })).toBeRefused("VALIDATION_FAILED");
  await expect(vic.usage.record.mutate(use)).toBeRefused("FORBIDDEN");

  expect((await vic.usage.series.query({ workspaceId, meter: "pages" })).items).toEqual([]);
  const { db } = (await testServer()).running.services.database;
  expect(await db.usageEvent.count({ where: { workspaceId } })).toBe(0);
});
