import type { Limits } from "@gatehouse/shared";
import type pg from "pg";
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import type { RateLimitConfig } from "../base/config-rate-limits.ts";
import type { Log } from "../base/log.ts";
import type { Policy, RateLimits, RateState } from "./rate-limit.ts";

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;
const TABLE = "rate_limits";

export interface RateLimitTools {
  config: RateLimitConfig;
  limits: Limits;
  pool: pg.Pool;
  log: Log;
}

type Limiter = Pick<RateLimiterMemory, "consume" | "get">;

interface Store {
  limiter: (options: { points: number; duration: number; keyPrefix: string }) => Limiter;
  close: () => Promise<void>;
}

/** One limiter a rule, made when it is needed, and beside a shared one another that counts in this process. */
export async function openRateLimits({ config, limits, pool, log }: RateLimitTools): Promise<RateLimits> {
  const store = await openStore(config.store, pool, log);
  const limiters = new Map<string, { shared: Limiter; own: Limiter }>();
  let failures = 0;

  const limiterOf = ({
    name,
    calls: points,
    windowSeconds: duration,
  }: Policy): { shared: Limiter; own: Limiter } => {
    const known = limiters.get(name);
    if (known !== undefined) return known;
    const options = { points, duration, keyPrefix: `gatehouse:${name}` };
    const own = new RateLimiterMemory(options);
    const made = { shared: store?.limiter(options) ?? own, own };
    limiters.set(name, made);
    return made;
  };
  const noteFailure = (error: unknown): void => {
    failures += 1;
    log.warn(
      { err: error, failures },
      "calls are counted on this server alone: the shared store does not answer",
    );
  };

  return {
    consume: async ({ policy, counted }, calls) => {
      const { shared, own } = limiterOf(policy);
      const state = await consume(shared, counted, calls).catch((error: unknown) => {
        noteFailure(error);
        return consume(own, counted, calls);
      });
      return { ...policy, ...state };
    },
    isUsedUp: async ({ policy, counted }) => {
      const { shared, own } = limiterOf(policy);
      const state = await shared.get(counted).catch((error: unknown) => {
        noteFailure(error);
        return own.get(counted);
      });
      return state !== null && state.consumedPoints >= policy.calls;
    },
    policies: {
      perKey: (tier) => ({
        name: tier,
        calls: limits.tiers[tier].requestsPerMinute,
        windowSeconds: MINUTE_SECONDS,
      }),
      of: (rate) => {
        const isByAddress = rate !== "user" && rate !== "accessCode";
        const scale = isByAddress ? config.addressScale : 1;
        const calls = Math.max(1, Math.round(limits.perMinute[rate] * scale));
        return { name: rate, calls, windowSeconds: MINUTE_SECONDS };
      },
      ofDay: (rate) => ({ name: rate, calls: limits.perDay[rate], windowSeconds: DAY_SECONDS }),
    },
    storeFailures: () => failures,
    close: () => store?.close() ?? Promise.resolve(),
  };
}

/** Null: this process is all there is. Redis' library is not even loaded where there is none. */
async function openStore(config: RateLimitConfig["store"], pool: pg.Pool, log: Log): Promise<Store | null> {
  switch (config.kind) {
    case "memory":
      return null;
    case "postgres":
      return {
        // A table of migrations, not one that the library would make for itself while requests wait.
        limiter: (options) =>
          new RateLimiterPostgres({
            ...sparing(options),
            storeClient: pool,
            storeType: "pool",
            tableName: TABLE,
            tableCreated: true,
            clearExpiredByTimeout: true,
          }),
        close: () => Promise.resolve(),
      };
    case "redis": {
      const { openRedis } = await import("../providers/redis.ts");
      const redis = openRedis(config.url, log);
      return {
        limiter: (options) =>
          new RateLimiterRedis({ ...sparing(options), storeClient: redis, rejectIfRedisNotReady: true }),
        close: () => {
          redis.disconnect();
          return Promise.resolve();
        },
      };
    }
  }
}

/** Whoever is over his limit is refused from memory: a flood does not reach the store. */
function sparing<Options extends { points: number }>(
  options: Options,
): Options & { inMemoryBlockOnConsumed: number } {
  return { ...options, inMemoryBlockOnConsumed: options.points + 1 };
}

/** The library answers with a refusal by rejecting, and with its own failure by rejecting, too. */
async function consume(
  limiter: Limiter,
  counted: string,
  calls: number,
): Promise<Omit<RateState, keyof Policy>> {
  try {
    return toState(await limiter.consume(counted, calls), false);
  } catch (error) {
    if (error instanceof RateLimiterRes) return toState(error, true);
    throw error;
  }
}

function toState(
  { remainingPoints, msBeforeNext }: RateLimiterRes,
  isExceeded: boolean,
): Omit<RateState, keyof Policy> {
  return {
    remaining: remainingPoints,
    resetSeconds: Math.ceil(Math.max(0, msBeforeNext) / 1_000),
    isExceeded,
  };
}
