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
  const policies = new Map<string, Policy>();
  const policyOf = (name: string, calls: number, windowSeconds: number): Policy => {
    const known = policies.get(name) ?? { name, calls, windowSeconds };
    policies.set(name, known);
    return known;
  };
  const noteFailure = (error: unknown): void => {
    failures += 1;
    log.warn(
      { err: error, failures },
      "calls are counted on this server alone: the shared store does not answer",
    );
  };

  return {
    consume: ({ policy, counted }, calls) => {
      const { shared, own } = limiterOf(policy);
      const taken = consume(shared, { policy, counted, calls });
      if (shared === own) return taken;
      return taken.catch((error: unknown) => {
        noteFailure(error);
        return consume(own, { policy, counted, calls });
      });
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
      perKey: (tier) => policyOf(tier, limits.tiers[tier].requestsPerMinute, MINUTE_SECONDS),
      of: (rate) => {
        const isByAddress = rate !== "user" && rate !== "accessCode";
        const scale = isByAddress ? config.addressScale : 1;
        const calls = Math.max(1, Math.round(limits.perMinute[rate] * scale));
        return policyOf(rate, calls, MINUTE_SECONDS);
      },
      ofDay: (rate) => policyOf(rate, limits.perDay[rate], DAY_SECONDS),
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

interface Taken {
  policy: Policy;
  counted: string;
  calls: number;
}

/** The library answers with a refusal by rejecting, and with its own failure by rejecting, too. */
function consume(limiter: Limiter, { policy, counted, calls }: Taken): Promise<RateState> {
  return limiter.consume(counted, calls).then(
    (left) => toState(policy, left, false),
    (error: unknown) => {
      if (error instanceof RateLimiterRes) return toState(policy, error, true);
      throw error;
    },
  );
}

function toState(
  policy: Policy,
  { remainingPoints: remaining, msBeforeNext }: RateLimiterRes,
  isExceeded: boolean,
): RateState {
  return { policy, remaining, resetSeconds: Math.ceil(Math.max(0, msBeforeNext) / 1_000), isExceeded };
}
