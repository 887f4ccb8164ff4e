import type { AnyRouter } from "@trpc/server";
import { openCallCounter } from "./access/call-counter.ts";
import type { CallCounter } from "./access/call-counter.ts";
import type { OrganizationTools } from "./access/clerk-workspace.ts";
import { openCallers } from "./access/callers.ts";
import type { Callers } from "./access/callers.ts";
import { openProvisioning } from "./access/provision-user.ts";
import { openRateLimits } from "./access/open-rate-limits.ts";
import { badCredentials } from "./access/rate-limit.ts";
import type { RateLimits } from "./access/rate-limit.ts";
import { openStreamPlaces } from "./access/stream-places.ts";
import type { StreamPlaces } from "./access/stream-places.ts";
import type { ClerkSettings } from "./base/config-identity.ts";
import type { Config } from "./base/config.ts";
import { openSampling } from "./base/log.ts";
import type { Log } from "./base/log.ts";
import { openMetrics } from "./base/metrics.ts";
import type { Metrics } from "./base/metrics.ts";
import { openPressure } from "./base/pressure.ts";
import type { Pressure } from "./base/pressure.ts";
import type { ByHand } from "./database/by-hand.ts";
import type { Clocks } from "./database/memory.ts";
import type { OpenDatabase } from "./database/open.ts";
import type { KeyTools } from "./identity/api-key.ts";
import { openKeyMemory } from "./identity/key-memory.ts";
import { openKeySet } from "./identity/key-set.ts";
import type { KeySet } from "./identity/key-set.ts";
import { openKeyUsage } from "./identity/key-usage.ts";
import { openKeyVault } from "./identity/key-vault.ts";
import { openOpaqueTokens } from "./identity/opaque-token.ts";
import type { IdentityTools } from "./identity/resolve.ts";
import { openTokenMemory } from "./identity/token-memory.ts";
import { openServiceUser } from "./identity/service-user.ts";
import { openRoleOf } from "./mirror/clerk-roles.ts";
import { openClerkDirectory } from "./providers/clerk-directory.ts";
import { openClerkOrganizations } from "./providers/clerk-organizations.ts";
import { openClerkCredentials } from "./providers/clerk-credentials.ts";
import { openShop } from "./providers/shop.ts";
import type { Shop } from "./providers/shop.ts";
import { openClerkApi } from "./providers/clerk.ts";
import type { ClerkApi } from "./providers/clerk.ts";
import { openMailer } from "./providers/mail.ts";
import type { Mailer } from "./providers/mail.ts";
import type { Traces } from "./providers/traces.ts";
import { watchedNumbers } from "./services-metrics.ts";
import { tracedByHand } from "./services-traces.ts";

/** Everything that the app is handed. It is built once, in `main.ts` or in a test, and by nobody else. */
export interface Services {
  config: Config;
  /** Every procedure there is. */
  router: AnyRouter;
  log: Log;
  /** Whether the request that has just been answered well gets a line in the log. */
  isInSample: () => boolean;
  metrics: Metrics;
  pressure: Pressure;
  /** Null where no collector is configured. */
  traces: Traces | null;
  now: () => Date;
  database: OpenDatabase;
  /** The statements by hand of `database`, which traces show. */
  byHand: ByHand;
  clerk: ClerkSettings;
  clerkApi: ClerkApi;
  organizations: OrganizationTools;
  keySet: KeySet;
  mailer: Mailer;
  identity: IdentityTools;
  callers: Callers;
  calls: CallCounter;
  rateLimits: RateLimits;
  streamPlaces: StreamPlaces;
  /** What is sold, and who takes the money. */
  shop: Shop;
  /** `stopping` is set before the door closes, so that a load balancer looks elsewhere first. */
  lifecycle: Lifecycle;
}

interface Lifecycle {
  /** Whether what the first calls would have to wait for has been done. */
  isWarm: boolean;
  stopping: boolean;
  /** Ends the streams, which would hold the door open for as long as their readers like. */
  streams: AbortController;
}

export interface ServiceOptions {
  config: Config;
  router: AnyRouter;
  /** The instance whose tokens are believed: the configured one, or the local provider's. */
  clerk: ClerkSettings;
  database: OpenDatabase;
  log: Log;
  traces?: Traces | null;
  now?: () => Date;
  /** For waits and ages. It never jumps, as the clock on the wall may. */
  monotonicMs?: () => number;
}

export async function openServices({
  config,
  router,
  clerk,
  database,
  log,
  traces = null,
  now = () => new Date(),
  monotonicMs = () => performance.now(),
}: ServiceOptions): Promise<Services> {
  const clerkApi = openClerkApi(clerk, log);
  const keySet = openKeySet(clerk.keys, { log, monotonicMs });
  const serviceUserId = openServiceUser(clerk.serviceUser, {
    findUserId: (email) => clerkApi.findUserId(email),
    monotonicMs,
  });
  const credentials = openClerkCredentials(clerk, { log });
  const opaque = openOpaqueTokens({ credentials, rules: clerk, now, monotonicMs });
  const rateLimits = await openRateLimits({
    config: config.rateLimits,
    limits: config.limits,
    pool: database.pool,
    log,
  });
  const tokens = openTokenMemory({ keySet, now, monotonicMs });
  const clocks = { now, monotonicMs };
  const callers = openCallers({
    pool: database.pool,
    changes: database.changes,
    clocks,
    provision: openProvisioning({ db: database.db, clerkApi, provisioning: config.provisioning, log }),
  });
  const keys = openKeyTools({ config, database, log, clocks });
  const metrics = openMetrics();
  const pressure = openPressure();
  const memories = () => ({ ...tokens.counts(), ...callers.counts(), ...keys.memory.counts() });
  metrics.watch(watchedNumbers({ database, pressure, keySet, memories, opaque, rateLimits }));
  return {
    config,
    router,
    log,
    isInSample: openSampling(config.logSample),
    metrics,
    pressure,
    traces,
    now,
    database,
    byHand: tracedByHand(database.byHand, traces),
    clerk,
    clerkApi,
    organizations: {
      clerk: openClerkOrganizations(clerk, log),
      directory: openClerkDirectory(clerk, log),
      roles: config.mirror.roles,
      roleOf: openRoleOf(config.mirror.roles, log),
    },
    keySet,
    identity: {
      clerk: { settings: clerk, keySet, memory: tokens, serviceUserId, now },
      keys,
      opaque,
      mayAsk: async (address) => !(await rateLimits.isUsedUp(badCredentials(address, rateLimits.policies))),
      log,
    },
    mailer: openMailer(config.mail, log),
    callers,
    calls: openCallCounter({ pool: database.pool, now, log }),
    shop: await openShop(config, now),
    rateLimits,
    streamPlaces: openStreamPlaces(),
    lifecycle: { isWarm: false, stopping: false, streams: new AbortController() },
  };
}

function openKeyTools({
  config,
  database: { pool, changes },
  log,
  clocks,
}: Pick<Services, "config" | "database" | "log"> & { clocks: Clocks }): KeyTools {
  return {
    pool,
    memory: openKeyMemory({ changes, clocks }),
    vault: openKeyVault(config.keyMaterial),
    usage: openKeyUsage({ pool, log }),
    environment: config.keyEnvironment,
    now: clocks.now,
    log,
  };
}
