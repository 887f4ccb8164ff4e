import { Secret } from "./secret.ts";
import type { Settings } from "./settings.ts";

export interface RateLimitConfig {
  /** Where calls are counted: in this process alone, or for several servers together. */
  store: { kind: "memory" } | { kind: "postgres" } | { kind: "redis"; url: Secret };
  /** A factor on every limit by address. */
  addressScale: number;
}

export function readRateLimits(settings: Settings): RateLimitConfig {
  return { store: readStore(settings), addressScale: readScale(settings) };
}

function readStore(settings: Settings): RateLimitConfig["store"] {
  const redis = settings.text("REDIS_URL");
  const preset = redis === null ? "memory" : "redis";
  const kind = settings.oneOf("RATE_LIMIT_STORE", preset, ["memory", "postgres", "redis"]);
  if (redis !== null && (!/^rediss?:\/\//.test(redis) || !URL.canParse(redis)))
    settings.refuse("REDIS_URL", "is not a redis:// or rediss:// address");
  if (kind === "redis" && redis === null)
    settings.refuse("REDIS_URL", "is needed for RATE_LIMIT_STORE=redis");
  if (kind === "postgres" && settings.text("DATABASE_URL") === null)
    settings.refuse("RATE_LIMIT_STORE", "is postgres, and DATABASE_URL names no PostgreSQL");
  return kind === "redis" ? { kind, url: new Secret(redis ?? "") } : { kind };
}

function readScale(settings: Settings): number {
  const text = settings.text("RATE_LIMIT_ADDRESS_SCALE");
  if (text === null) return 1;
  const scale = /^\d{1,6}(\.\d{1,4})?$/.test(text) ? Number(text) : 0;
  if (scale > 0) return scale;
  settings.refuse("RATE_LIMIT_ADDRESS_SCALE", "is not a factor above 0, such as 0.5 or 10");
  return 1;
}
