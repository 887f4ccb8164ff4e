import { readConfig, readEnvironment } from "../base/config.ts";
import { openLog } from "../base/log.ts";
import { migrate } from "../database/migrate.ts";
import { openDatabase } from "../database/open.ts";
import { runCommand } from "./run-command.ts";

/** `npm run migrate`: brings the database up to this version and says what was done. */
await runCommand("npm run migrate", async () => {
  const config = readConfig(readEnvironment());
  const log = openLog("warn");
  const database = await openDatabase(config.database, { log });
  try {
    const applied = await migrate(database.pool, { log });
    process.stdout.write(
      applied.length === 0 ? "The database is up to date.\n" : `Applied: ${applied.join(", ")}\n`,
    );
  } finally {
    await database.close();
  }
});
