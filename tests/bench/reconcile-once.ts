import { readConfig } from "../../server/src/base/config.ts";
import { openLog } from "../../server/src/base/log.ts";
import { migrate } from "../../server/src/database/migrate.ts";
import { openDatabase } from "../../server/src/database/open.ts";
import { openRoleOf } from "../../server/src/mirror/clerk-roles.ts";
import { reconcile } from "../../server/src/mirror/reconcile/reconcile.ts";
import { openClerkDirectory } from "../../server/src/providers/clerk-directory.ts";

// One comparison with the instance that the settings name, in a process of its own. Prints what it found and what it held.
// Run with --expose-gc: what counts is what is held, and not what was not collected yet.

/** A collection takes some milliseconds; after every page it would be most of what is measured. */
const COLLECT_EVERY = 20;

const log = openLog("warn");
const config = readConfig(process.env);
if (config.identity.kind !== "clerk" || global.gc === undefined)
  throw new Error("This is run by reconcile.ts.");
const collect = global.gc;
const database = await openDatabase(config.database, { log });
await migrate(database.pool, { log });

let pages = 0;
let heapBytes = 0;
const startedAt = performance.now();
const found = await reconcile(
  {
    db: database.db,
    directory: openClerkDirectory(config.identity, log),
    roleOf: openRoleOf(config.mirror.roles, log),
    now: () => new Date(),
    onProgress: () => {
      if (pages++ % COLLECT_EVERY !== 0) return;
      collect();
      heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed);
    },
  },
  { dryRun: false },
);
const seconds = (performance.now() - startedAt) / 1_000;
await database.close();
const { missing, changed, extra } = found;
console.log(
  JSON.stringify({
    missing: missing.length,
    changed: changed.length,
    extra: extra.length,
    pages,
    seconds,
    heapBytes,
  }),
);
