import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { MIGRATIONS_FOLDER, SCHEMA_FILE } from "./migration-files.ts";
import { diffSchema } from "./schema-diff.ts";

const [name = ""] = process.argv.slice(2);
if (!/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write("Name the migration in lower case, for example: add_invitations\n");
  process.exit(1);
}
const script = await diffSchema({ migrations: MIGRATIONS_FOLDER, schema: SCHEMA_FILE }, "script");
if (script === null) {
  process.stdout.write("The migrations already lead to the schema; there is nothing to write.\n");
  process.exit(0);
}
const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
const folder = path.join(MIGRATIONS_FOLDER, `${time}_${name}`);
await mkdir(folder);
await writeFile(path.join(folder, "migration.sql"), script);
process.stdout.write(
  `Wrote ${path.relative(process.cwd(), folder)}/migration.sql; read it before you commit it.\n`,
);
process.exit(0);
