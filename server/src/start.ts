import type { AnyRouter } from "@trpc/server";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClerkSettings } from "./base/config-identity.ts";
import type { Config } from "./base/config.ts";
import { flawOfHttpParser } from "./base/http-parser.ts";
import type { Log } from "./base/log.ts";
import { migrate } from "./database/migrate.ts";
import { ownMigrationFolders } from "./database/migration-folders.ts";
import { openDatabase } from "./database/open.ts";
import type { OpenDatabase } from "./database/open.ts";
import type { Hooks } from "./hooks/happenings.ts";
import { startHooks } from "./hooks/run-hooks.ts";
import { buildApp } from "./http/app.ts";
import { openDirectLane } from "./http/direct-lane.ts";
import { everyJob } from "./jobs/jobs.ts";
import { startJobs } from "./jobs/run-jobs.ts";
import { listen } from "./http/listen.ts";
import type { LocalIdentity } from "./local-identity.ts";
import { openTraces } from "./providers/traces.ts";
import { fillInSecrets } from "./local-secrets.ts";
import { appRouter } from "./router.ts";
import { openServices } from "./services.ts";
import type { Services } from "./services.ts";

/** A server that answers. */
export interface RunningServer {
  /** Where it answers: `http://127.0.0.1:3000`. */
  url: string;
  services: Services;
  /** The development identity provider, where no real Clerk instance is configured. */
  localIdentity: LocalIdentity | null;
  /** The file with the admin key that local mode made; null where the operator has set his own. */
  adminKeyFile: string | null;
  /** Says not ready, lets the requests under way finish, and closes everything. */
  stop: () => Promise<void>;
}

export interface StartTools {
  log: Log;
  now?: () => Date;
  monotonicMs?: () => number;
  /** Opened and closed by the caller; from the settings where it is left out. */
  database?: OpenDatabase;
  /** What a product adds; only ours where it is left out. */
  product?: Product;
}

/** A product on top of this one, as the server needs it. */
export interface Product {
  router: AnyRouter;
  /** Folders with migrations, which are applied after ours. */
  migrations: readonly string[];
  hooks: Hooks;
}

const NO_PRODUCT: Product = { router: appRouter, migrations: [], hooks: {} };

/** Opens everything from the settings, in the order in which one needs the other, and closes it again if one fails. */
export async function startServer(config: Config, tools: StartTools): Promise<RunningServer> {
  const { log, product = NO_PRODUCT } = tools;
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).toReversed()) await each();
  };
  const flaw = flawOfHttpParser();
  if (flaw !== null) log.warn(flaw);
  try {
    const traces = await openTraces(config.traces, log);
    if (traces !== null) closers.push(() => traces.close());
    // Before anything is written: it refuses a second server on the same folder, before that one touches anything in it.
    const database = tools.database ?? (await openDatabase(config.database, { log }));
    if (tools.database === undefined) closers.push(() => database.close());
    await migrate(database.pool, { log, folders: [...ownMigrationFolders(), ...product.migrations] });
    const local = await openLocal(config, log);
    if (local !== null) closers.push(() => local.close());
    const filledIn = await fillInSecrets(config);
    const services = await openServices({
      ...tools,
      config: filledIn.config,
      router: product.router,
      clerk: local?.settings ?? realInstance(config),
      database,
      traces,
    });
    // The first token would wait for it. Whether it comes is asked when somebody needs it.
    void services.keySet.isReady();
    closers.push(
      () => services.identity.keys.usage.close(),
      () => Promise.resolve(services.identity.keys.memory.close()),
      () => Promise.resolve(services.callers.close()),
      () => services.mailer.close(),
      () => services.calls.close(),
      () => services.rateLimits.close(),
      () => Promise.resolve(services.pressure.close()),
    );
    const jobs = startJobs(everyJob(services.clerk), {
      db: database.db,
      log,
      metrics: services.metrics,
      now: services.now,
    });
    closers.push(() => jobs.stop());
    const hooks = startHooks(product.hooks, { database, log });
    closers.push(() => hooks.stop());

    const lane = config.trpcLane === "direct" ? openDirectLane(services.router, services) : null;
    const { host, port } = config;
    const { url, close: closeDoor } = await listen(buildApp(services).fetch, { host, port, lane });
    closers.push(async () => {
      services.lifecycle.stopping = true;
      // Before it was warm nobody was told that it was ready, so nobody has to be told to go elsewhere.
      if (services.lifecycle.isWarm) await sleep(config.drainSeconds * 1_000);
      services.lifecycle.streams.abort();
      await closeDoor();
    });
    local?.sendWebhooksTo(`${url}/webhooks/clerk`);
    // Whoever stood at the door already is let in first.
    await sleep(HEAD_START_MS);
    await warmUp(database);
    services.lifecycle.isWarm = true;
    return { url, services, localIdentity: local, adminKeyFile: filledIn.adminKeyFile, stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

const HEAD_START_MS = 20;

/**
 * Prisma's first query loads and compiles what all others need. A server that says it is ready has done that; who comes
 * earlier is answered all the same, and most calls of the first moment need no Prisma.
 */
async function warmUp({ db }: OpenDatabase): Promise<void> {
  await db.user.findFirst({ select: { id: true } });
}

/** The local provider is not even loaded where a real instance is configured. */
async function openLocal({ identity }: Config, log: Log): Promise<LocalIdentity | null> {
  if (identity.kind !== "local") return null;
  const { openLocalIdentity } = await import("./local-identity.ts");
  return openLocalIdentity(identity, log);
}

function realInstance({ identity }: Config): ClerkSettings {
  if (identity.kind === "clerk") return identity;
  throw new Error("there is no Clerk instance to believe");
}
