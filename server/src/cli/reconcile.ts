import { parseArgs } from "node:util";
import { readConfig } from "../base/config.ts";
import { openRoleOf } from "../mirror/clerk-roles.ts";
import { reconcile as compareWithClerk } from "../mirror/reconcile/reconcile.ts";
import { openClerkDirectory } from "../providers/clerk-directory.ts";
import { findInstance } from "./clerk-instance.ts";
import type { Command } from "./run-command.ts";
import { withDatabase } from "./with-database.ts";

/**
 * Compares Clerk with the local tables. The differences stand on standard output, as JSON and by Clerk's ids; progress
 * is said on standard error.
 */
export const reconcile: Command = {
  does: "compares users, organizations, members and invitations with Clerk, and repairs",
  usage: "reconcile [--dry-run]",
  run: async ({ words, env, migrations, print, say }) => {
    const options = { "dry-run": { type: "boolean", default: false } } as const;
    const { values } = parseArgs({ args: [...words], options });
    const dryRun = values["dry-run"];
    const config = readConfig(env);
    const { settings } = await findInstance(config);
    return withDatabase(config, migrations, async ({ db, log }) => {
      const found = await compareWithClerk(
        {
          db,
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
    });
  },
};
