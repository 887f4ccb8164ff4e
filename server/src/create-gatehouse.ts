import { PriceList, assignPermissions, learnWords } from "@gatehouse/shared";
import type { CreditPack, Permission, ProductWords, Role } from "@gatehouse/shared";
import type { AnyRouter } from "@trpc/server";
import { fileURLToPath } from "node:url";
import { readConfig, readEnvironment } from "./base/config.ts";
import type { Config } from "./base/config.ts";
import { openLog } from "./base/log.ts";
import { keepMemorySmall } from "./base/small-memory.ts";
import type { Log } from "./base/log.ts";
import { Settings } from "./base/settings.ts";
import type { Environment } from "./base/settings.ts";
import { ownMigrationFolders } from "./database/migration-folders.ts";
import type { Hooks } from "./hooks/happenings.ts";
import { buildRouter } from "./router.ts";
import type { AddedProcedures } from "./router.ts";
import { startServer } from "./start.ts";
import type { RunningServer } from "./start.ts";

/** What a product adds to ours. Everything of it is optional. */
export interface ProductFeature extends AddedProcedures {
  /** Its permissions, limits, subjects and refusals. */
  words?: ProductWords;
  /** A folder with migrations, `<time>_<name>/migration.sql` each. They are applied after ours. */
  migrations?: URL | string;
}

export interface GatehouseOptions {
  /**
   * The settings by their names, as `.env.example` lists them; nothing else is read then. The environment over a `.env`
   * file where it is left out, which `readEnvironment()` gives to whoever wants to add to it.
   */
  config?: Environment;
  features?: readonly ProductFeature[];
  /** The packs of credits that are sold, where PLANS_FILE names no others. */
  plans?: readonly CreditPack[];
  /** The least role that holds a permission, ours or a feature's, where it is not the one that was declared. */
  roles?: Readonly<Partial<Record<Permission, Role>>>;
  /** What is to be done when something has happened here. */
  on?: Hooks;
  log?: Log;
}

/** A server that can be started, and what can be printed of it without starting. */
export interface Gatehouse {
  /** Every procedure, ours and the product's. */
  router: AnyRouter;
  /** Opens, migrates, and serves. @throws ConfigError for settings that are bad or dangerous */
  listen: () => Promise<RunningServer>;
  /** Lets the requests under way finish, and closes everything. */
  close: () => Promise<void>;
  /**
   * Runs one of the commands of `npx gatehouse` on this product: with its settings and its tables.
   *
   * @param words the command's name and what stands behind it, as typed
   * @returns the exit code; what went wrong has been said on standard error
   */
  command: (words: readonly string[]) => Promise<0 | 1>;
}

/**
 * Puts a server together; opens nothing and reads no setting yet.
 *
 * The words of the features, and who holds which permission, are the same for the whole program from here on, so it is
 * called before anything else is read.
 *
 * @throws Error naming a word or a procedure that is taken, a permission or role that is not known, or a procedure that is not fully declared
 */
export function createGatehouse(options: GatehouseOptions = {}): Gatehouse {
  const { features = [], roles = {}, plans, on = {} } = options;
  for (const { words = {} } of features) learnWords(words);
  assignPermissions(roles);
  const product = {
    router: buildRouter(features),
    migrations: features.flatMap(({ migrations }) => (migrations === undefined ? [] : [pathOf(migrations)])),
    hooks: on,
  };
  const packs = plans === undefined ? undefined : PriceList.parse(plans);
  const readSettings = (): Environment => options.config ?? readEnvironment();
  let running: Promise<RunningServer> | undefined;
  const start = async (): Promise<RunningServer> => {
    const env = readSettings();
    const config = withPlans(readConfig(env), env, packs);
    keepMemorySmall(config);
    return startServer(config, { log: options.log ?? openLog(config.logLevel), product });
  };
  return {
    router: product.router,
    listen: () => (running ??= start()),
    close: async () => {
      // One that did not start has closed what it had opened, and whoever started it was told why.
      const server = await running?.catch(() => undefined);
      running = undefined;
      await server?.stop();
    },
    command: async (words) => {
      // Loaded only now: a server has no use for it.
      const { runWords } = await import("./cli/commands.ts");
      const migrations = [...ownMigrationFolders(), ...product.migrations];
      return runWords(words, { readSettings, migrations });
    },
  };
}

function withPlans(config: Config, env: Environment, packs: readonly CreditPack[] | undefined): Config {
  if (packs === undefined || new Settings(env).text("PLANS_FILE") !== null) return config;
  return { ...config, payments: { ...config.payments, packs } };
}

function pathOf(folder: URL | string): string {
  return folder instanceof URL ? fileURLToPath(folder) : folder;
}
