import { parseArgs } from "node:util";
import { readConfig } from "../base/config.ts";
import { openLog } from "../base/log.ts";
import { migrate } from "../database/migrate.ts";
import { openDatabase } from "../database/open.ts";
import { openRoleOf } from "../mirror/clerk-roles.ts";
import { reconcile } from "../mirror/reconcile/reconcile.ts";
import { openClerkDirectory } from "../providers/clerk-directory.ts";
import { findInstance } from "./clerk-instance.ts";
import { runHere } from "./run-command.ts";

/**
 * `npm run reconcile`: compares Clerk with the local tables. The differences stand on standard output, as JSON and by
 * Clerk's ids; progress is said on standard error.
 */
await runHere({
  usage: "npm run -s reconcile -- [--dry-run]",
  run: async ({ words, env, print, say }) => {
    const options = { "dry-run": { type: "boolean", default: false } } as const;
    const { values } = parseArgs({ args: [...words], options });
    const dryRun = values["dry-run"];
    const config = readConfig(env);
    const { settings } = await findInstance(config);
    const log = openLog("warn");
    const database = await openDatabase(config.database, { log });
    try {
      await migrate(database.pool, { log });
      const found = await reconcile(
        {
          db: database.db,
          directory: openClerkDirectory(settings, log),
          roleOf: openRoleOf(config.mirror.roles, log),
          now: () => new Date(),
          onProgress: ({ step, compared }) => say(`${step}: ${compared} compared`),
        },
        { dryRun },
      );
      print(JSON.stringify(found, null, 2));
      say(`${found.missing.length} missing, ${found.changed.length} changed, ${found.extra.length} extra.`);
      say(dryRun ? "Nothing was changed." : "Repaired.");
      return 0;
    } finally {
      await database.close();
    }
  },
});
