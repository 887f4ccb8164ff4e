import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRedisProcess } from "./parts/redis.ts";
import type { RedisProcess } from "./parts/redis.ts";
import { openScene } from "./parts/scene.ts";
import type { Scene } from "./parts/scene.ts";

let redis: RedisProcess;
let scene: Scene;
beforeEach(async () => {
  redis = await openRedisProcess();
  scene = await openScene({ env: { REDIS_URL: redis.url } });
});
afterEach(async () => {
  await scene.close();
  await redis.kill();
});

/** Calls are counted in Redis, so every one of these asks it. */
async function callTwenty(): Promise<void> {
  const { api, workspaceId } = scene;
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, () => api.projects.list.query({ workspaceId })),
  );
  expect(answers.filter(({ status }) => status === "rejected")).toEqual([]);
}

describe("nobody is refused, and nothing fails, while Redis", () => {
  test("is killed and comes back", async () => {
    await callTwenty();
    await redis.kill();
    await callTwenty();
    // It is tried every two seconds, and what is back by then was never missed.
    await expect.poll(() => scene.node.log(), { timeout: 10_000 }).toContain("Redis cannot be reached");
    await redis.start();
    // Once it is reached again, calls are counted there.
    const countedThere = async (): Promise<number> => {
      await callTwenty();
      return redis.ask((ask) => ask.dbsize());
    };
    await expect.poll(countedThere, { timeout: 30_000 }).toBeGreaterThan(0);
  });

  test("hangs with its connections open", async () => {
    await callTwenty();
    redis.freeze();
    await callTwenty();
    redis.thaw();
    await callTwenty();
  });

  test("loses what it holds", async () => {
    await callTwenty();
    await redis.ask((ask) => ask.flushall());
    await callTwenty();
  });

  test("holds something else under our names", async () => {
    await callTwenty();
    await redis.ask(async (ask) => {
      for (const key of await ask.keys("*")) {
        await ask.del(key);
        await ask.rpush(key, "not a number");
      }
    });
    await callTwenty();
  });

  test("is full", async () => {
    await redis.ask((ask) => ask.config("SET", "maxmemory", "1"));
    await callTwenty();
  });
});
