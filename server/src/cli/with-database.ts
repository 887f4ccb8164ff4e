import type { Config } from "../base/config.ts";
import { openLog } from "../base/log.ts";
import type { Log } from "../base/log.ts";
import { migrate } from "../database/migrate.ts";
import { openDatabase } from "../database/open.ts";
import type { Database } from "../database/open.ts";
import type { ExitCode } from "./run-command.ts";

export interface UpToDate {
  db: Database;
  log: Log;
  /** The migrations that were applied just now. */
  applied: string[];
}

/** Opens the database of the settings, brings it up to date, and closes it when the work is done. */
export async function withDatabase(
  { database: target }: Pick<Config, "database">,
  migrations: string[],
  work: (database: UpToDate) => Promise<ExitCode>,
): Promise<ExitCode> {
  const log = openLog("warn");
  const database = await openDatabase(target, { log });
  try {
    const applied = await migrate(database.pool, { log, folders: migrations });
    return await work({ db: database.db, log, applied });
  } finally {
    await database.close();
  }
}
