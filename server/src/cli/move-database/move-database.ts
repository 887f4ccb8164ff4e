import { access } from "node:fs/promises";
import { join } from "node:path";
import { embeddedFolder, readConfig } from "../../base/config.ts";
import { openLog } from "../../base/log.ts";
import { openDatabase } from "../../database/open.ts";
import type { OpenDatabase } from "../../database/open.ts";
import type { Command } from "../run-command.ts";
import { moveEverything } from "./move-everything.ts";

/** Moves everything from the embedded database in DATA_DIR into the PostgreSQL that DATABASE_URL names. */
export const moveDatabase: Command = {
  does: "moves everything from the embedded database into PostgreSQL",
  usage: "move-database, with the server stopped and DATABASE_URL set to the new database",
  run: async ({ env, migrations, print, say }) => {
    const { database: target, dataFolder } = readConfig(env);
    if (target.kind === "embedded")
      throw new Error("Set DATABASE_URL to the PostgreSQL that the data is to be moved into.");
    const folder = embeddedFolder(dataFolder);
    await requireDatabase(folder);

    const log = openLog("warn");
    // Takes the folder's lock: a server that runs on it is named here, and none can start on it before we are done.
    const source = await openDatabase({ kind: "embedded", folder }, { log });
    try {
      const moved = await into(await openDatabase(target, { log, poolSize: 2 }), (opened) =>
        moveEverything(source.pool, opened.pool, { log, migrations, say }),
      );
      print(
        `Moved ${moved.rows} rows of ${moved.tables} tables. Every row was compared, and the ledger adds up.`,
      );
      say(
        `${folder} was left as it is. Start the server with DATABASE_URL, and keep the folder until you are content.`,
      );
      return 0;
    } finally {
      await source.close();
    }
  },
};

/** Opening a folder would make a database where there is none. */
async function requireDatabase(folder: string): Promise<void> {
  const found = await access(join(folder, "postgres", "PG_VERSION")).then(
    () => true,
    () => false,
  );
  if (!found) throw new Error(`There is no embedded database in ${folder}. See DATA_DIR.`);
}

async function into<Result>(
  target: OpenDatabase,
  work: (target: OpenDatabase) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}
