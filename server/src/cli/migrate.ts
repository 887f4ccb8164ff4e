import { readConfig } from "../base/config.ts";
import { openLog } from "../base/log.ts";
import { migrate } from "../database/migrate.ts";
import { openDatabase } from "../database/open.ts";
import { runHere } from "./run-command.ts";

/** `npm run migrate`: brings the database up to this version and says what was done. */
await runHere({
  usage: "npm run migrate",
  run: async ({ env, print }) => {
    const config = readConfig(env);
    const log = openLog("warn");
    const database = await openDatabase(config.database, { log });
    try {
      const applied = await migrate(database.pool, { log });
      print(applied.length === 0 ? "The database is up to date." : `Applied: ${applied.join(", ")}`);
      return 0;
    } finally {
      await database.close();
    }
  },
});
