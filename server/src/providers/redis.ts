import { Redis } from "ioredis";
import type { Secret } from "../base/secret.ts";
import type { Log } from "../base/log.ts";

/** Longer than this nobody waits for Redis: whatever asks it has an answer of its own. */
const PATIENCE_MS = 250;

/**
 * A connection to Redis that fails at once where there is none: nothing queues up behind an outage. It goes on trying
 * to connect for as long as it is open.
 */
export function openRedis(url: Secret, log: Log): Redis {
  const redis = new Redis(url.reveal(), {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: PATIENCE_MS,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  let isDown = false;
  redis.on("ready", () => {
    if (isDown) log.info("Redis can be reached again");
    isDown = false;
  });
  redis.on("error", (error) => {
    // One line an outage, not one an attempt.
    if (!isDown) log.warn({ err: error }, "Redis cannot be reached");
    isDown = true;
  });
  return redis;
}
