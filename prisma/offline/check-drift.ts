import path from "node:path";
import { MIGRATIONS_FOLDER, SCHEMA_FILE } from "./migration-files.ts";
import { diffSchema } from "./schema-diff.ts";

const [migrations = MIGRATIONS_FOLDER, schema = SCHEMA_FILE] = process.argv
  .slice(2)
  .map((word) => path.resolve(word));
const difference = await diffSchema({ migrations, schema }, "summary");
if (difference === null) {
  process.stdout.write("The migrations lead to the schema.\n");
  process.exit(0);
}
process.stdout.write(`The migrations do not lead to the schema. Still missing:\n${difference}\n`);
process.exit(1);
