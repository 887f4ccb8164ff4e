import { parseArgs } from "node:util";
import { readConfig, readEnvironment } from "../base/config.ts";
import { openLog } from "../base/log.ts";
import { migrate } from "../database/migrate.ts";
import { openDatabase } from "../database/open.ts";
import { openRoleOf } from "../mirror/clerk-roles.ts";
import { reconcile } from "../mirror/reconcile/reconcile.ts";
import { openClerkDirectory } from "../providers/clerk-directory.ts";
import { findInstance } from "./clerk-instance.ts";
import { runCommand } from "./run-command.ts";

const USAGE = "npm run -s reconcile -- [--dry-run]";

/**
 * `npm run reconcile`: compares Clerk with the local tables. The differences stand on standard output, as JSON and by
 * Clerk's ids; progress is said on standard error.
 */
await runCommand(USAGE, async () => {
  const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
  const dryRun = values["dry-run"];
  const config = readConfig(readEnvironment());
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
    process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    say(`${found.missing.length} missing, ${found.changed.length} changed, ${found.extra.length} extra.`);
    say(dryRun ? "Nothing was changed." : "Repaired.");
  } finally {
    await database.close();
  }
});

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
