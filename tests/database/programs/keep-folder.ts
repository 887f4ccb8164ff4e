// Opens the embedded database of argument 1, says that it is ready, and writes a row after another until it is killed.
import { openLog } from "../../../server/src/base/log.ts";
import { openDatabase } from "../../../server/src/database/open.ts";

const [folder = ""] = process.argv.slice(2);
const database = await openDatabase({ kind: "embedded", folder }, { log: openLog("silent") });
await database.pool.query("CREATE TABLE IF NOT EXISTS acknowledged (id int PRIMARY KEY)");
console.log("ready");
for (let id = 1; ; id++) {
  await database.pool.query("INSERT INTO acknowledged VALUES ($1)", [id]);
  console.log(id);
}
