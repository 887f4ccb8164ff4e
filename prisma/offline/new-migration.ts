import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { MIGRATIONS_FOLDER, SCHEMA_FILE } from "./migration-files.ts";
import { diffSchema } from "./schema-diff.ts";

/** `npm run migration -- what_it_does`: writes what leads from the migrations to the schema. It needs no database. */
const [name = ""] = process.argv.slice(2);
if (/^[a-z][a-z0-9_]*$/.test(name)) await writeMigration();
else fail("Usage: npm run migration -- what_it_does, in lower case with _ between words");

async function writeMigration(): Promise<void> {
  const sql = await diffSchema({ migrations: MIGRATIONS_FOLDER, schema: SCHEMA_FILE }, "script");
  if (sql === null)
    return fail("The migrations lead to the schema already: change prisma/schema.prisma first.");
  const time = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const folder = path.join(MIGRATIONS_FOLDER, `${time}_${name}`);
  await mkdir(folder);
  await writeFile(path.join(folder, "migration.sql"), sql);
  process.stdout.write(`Read what was written: ${path.relative(".", folder)}/migration.sql\n`);
}

function fail(reason: string): void {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
