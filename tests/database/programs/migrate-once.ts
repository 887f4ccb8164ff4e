// Migrates the database of argument 1 with the folder of argument 2, and prints what this process applied.
import { openLog } from "../../../server/src/base/log.ts";
import { Secret } from "../../../server/src/base/secret.ts";
import { migrate } from "../../../server/src/database/migrate.ts";
import { openDatabase } from "../../../server/src/database/open.ts";

const [url = "", folder = ""] = process.argv.slice(2);
const log = openLog("silent");
const database = await openDatabase({ kind: "postgres", url: new Secret(url) }, { log });
console.log(JSON.stringify(await migrate(database.pool, { log, folders: [folder] })));
await database.close();
