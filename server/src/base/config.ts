import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import type { Limits } from "@gatehouse/shared";
import { readIdentity } from "./config-identity.ts";
import type { IdentityConfig } from "./config-identity.ts";
import { readLimits } from "./config-limits.ts";
import { readMirror } from "./config-mirror.ts";
import type { MirrorConfig } from "./config-mirror.ts";
import { readRateLimits } from "./config-rate-limits.ts";
import type { RateLimitConfig } from "./config-rate-limits.ts";
import { readPayments } from "./config-payments.ts";
import type { PaymentsConfig } from "./config-payments.ts";
import { readMail } from "./config-mail.ts";
import type { MailConfig } from "./config-mail.ts";
import { readTraces } from "./config-traces.ts";
import type { TracesConfig } from "./config-traces.ts";
import { LOG_LEVELS } from "./log.ts";
import type { LogLevel } from "./log.ts";
import { Secret } from "./secret.ts";
import { Settings } from "./settings.ts";
import type { Environment } from "./settings.ts";

/** Each the base64 of 32 bytes; the first of a list is for new keys, the others while one is replaced. */
export interface KeyMaterial {
  peppers: readonly Secret[];
  encryptionKeys: readonly Secret[];
}

export type DatabaseConfig = { kind: "embedded"; folder: string } | { kind: "postgres"; url: Secret };

/** All choices of the operator, checked, as unions: no later line asks whether something is set. */
export interface Config {
  host: string;
  port: number;
  /** How long the server goes on serving once it is told to stop, so that a load balancer can look elsewhere first. */
  drainSeconds: number;
  /** Where the embedded database and everything that local mode makes for itself is kept. */
  dataFolder: string;
  database: DatabaseConfig;
  identity: IdentityConfig;
  /** What happens to the first valid token of a user whose webhook has not arrived. */
  provisioning: "on-demand" | "webhook-only";
  mirror: MirrorConfig;
  /** The admin keys that are valid now; empty: no key opens anything. */
  adminKeys: readonly Secret[];
  /** Where people outside reach this API; without a slash at the end. */
  publicUrl: string;
  mail: MailConfig;
  /** How many of each thing there may be, and how often somebody may ask. */
  limits: Limits;
  rateLimits: RateLimitConfig;
  /** What API keys are hashed and sealed under; empty lists: no keys, or none that may sign tokens, can be made. */
  keyMaterial: KeyMaterial;
  /** What the keys of this server are called: real ones where Clerk's are. */
  keyEnvironment: "live" | "test";
  corsOrigins: readonly string[];
  /** Where the frontend stands: buyers come back to an address below it. Null: nobody has said. */
  appUrl: string | null;
  payments: PaymentsConfig;
  /** How many proxies stand in front of this server and append to X-Forwarded-For. */
  trustedHops: number;
  /** Whether plain calls take the short way, or all of them tRPC's own adapter. Their answers are the same. */
  trpcLane: "direct" | "official";
  logLevel: LogLevel;
  /** The part of successful requests that have a line in the log, from 0 to 1; all others always have one. */
  logSample: number;
  /** Who may read `/metrics`; any of several tokens while one is replaced. */
  metrics: { kind: "loopback" } | { kind: "token"; tokens: readonly Secret[] };
  traces: TracesConfig;
}

/** The environment over a `.env` file in the working directory. The one place that reads `process.env`. */
export function readEnvironment(file = resolve(".env")): Environment {
  const written = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  return { ...written, ...process.env };
}

/**
 * Reads and checks every setting.
 *
 * @throws ConfigError naming every variable that is bad or dangerous, and never a value
 */
export function readConfig(env: Environment): Config {
  const settings = new Settings(env);
  const dataFolder = resolve(settings.text("DATA_DIR") ?? ".data");
  const listening = {
    host: settings.text("HOST") ?? "127.0.0.1",
    port: settings.whole("PORT", 3000, [0, 65_535]),
  };
  const config: Config = {
    ...listening,
    publicUrl: settings.address("PUBLIC_URL") ?? urlOf(listening),
    drainSeconds: settings.whole("DRAIN_SECONDS", 0, [0, 60]),
    dataFolder,
    database: readDatabase(settings, dataFolder),
    identity: readIdentity(settings, dataFolder),
    provisioning: settings.oneOf("USER_PROVISIONING", "on-demand", ["on-demand", "webhook-only"]),
    mirror: readMirror(settings),
    adminKeys: settings.secrets("ADMIN_API_KEY", 12),
    mail: readMail(settings, dataFolder),
    limits: readLimits(settings),
    rateLimits: readRateLimits(settings),
    keyMaterial: {
      peppers: settings.keys("API_KEY_PEPPER"),
      encryptionKeys: settings.keys("API_KEY_ENCRYPTION_KEY"),
    },
    keyEnvironment: settings.text("CLERK_SECRET_KEY")?.startsWith("sk_live_") === true ? "live" : "test",
    corsOrigins: settings.origins("CORS_ORIGINS"),
    appUrl: settings.address("APP_URL"),
    payments: readPayments(settings, settings.text("CLERK_SECRET_KEY")),
    trustedHops: settings.whole("TRUST_PROXY", 0, [0, 10]),
    trpcLane: settings.oneOf("TRPC_LANE", "direct", ["direct", "official"]),
    logLevel: settings.oneOf("LOG_LEVEL", "info", LOG_LEVELS),
    logSample: settings.part("LOG_SAMPLE", 1),
    metrics: readMetrics(settings),
    traces: readTraces(settings),
  };
  settings.throwIfRefused();
  return config;
}

/** Unset, links lead to this server on this machine, which is right for a developer only. */
function urlOf({ host, port }: { host: string; port: number }): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function readMetrics(settings: Settings): Config["metrics"] {
  const tokens = settings.secrets("METRICS_TOKEN", 16);
  return tokens.length === 0 ? { kind: "loopback" } : { kind: "token", tokens };
}

/** Where the embedded database is, or was. */
export function embeddedFolder(dataFolder: string): string {
  return resolve(dataFolder, "database");
}

function readDatabase(settings: Settings, dataFolder: string): DatabaseConfig {
  const url = settings.text("DATABASE_URL");
  if (url === null) return { kind: "embedded", folder: embeddedFolder(dataFolder) };
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    settings.refuse("DATABASE_URL", "is not a postgres:// address");
  return { kind: "postgres", url: new Secret(url) };
}
