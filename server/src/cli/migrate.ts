import { readConfig } from "../base/config.ts";
import type { Command } from "./run-command.ts";
import { withDatabase } from "./with-database.ts";

/** Brings the database up to this version, of ours and of the product, and says what was done. */
export const migrate: Command = {
  does: "brings the database up to date without starting the server",
  usage: "migrate",
  run: ({ env, migrations, print }) =>
    withDatabase(readConfig(env), migrations, ({ applied }) => {
      print(applied.length === 0 ? "The database is up to date." : `Applied: ${applied.join(", ")}`);
      return Promise.resolve(0);
    }),
};
