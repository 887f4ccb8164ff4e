import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

export interface Migration {
  /** The folder's name; names order the migrations. */
  name: string;
  sql: string;
  /** SHA-256 of the file in hex, as Prisma computes it. */
  checksum: string;
}

/**
 * The folders with this package's own migrations: in the package itself once it is packed, in the checkout before.
 * No folder further up is asked: it could belong to the application that we are installed in.
 */
export function ownMigrationFolders(): string[] {
  // This file is <package>/src/database or <package>/dist/database.
  const here = ["../../prisma/migrations", "../../../prisma/migrations"];
  const folders = here.map((step) => fileURLToPath(new URL(step, import.meta.url)));
  const found = folders.find((folder) => existsSync(path.join(folder, "migration_lock.toml")));
  if (found === undefined) throw new Error(`No migrations found; looked in ${folders.join(" and ")}.`);
  return [found];
}

/** The migrations of each folder in the order of their names, one folder after the other: a later one builds on what an earlier one made. */
export async function readMigrations(folders: string[]): Promise<Migration[]> {
  const lists = await Promise.all(folders.map(readFolder));
  const migrations = lists.flatMap((list) => list.toSorted((one, other) => (one.name < other.name ? -1 : 1)));
  const twice = migrations.find(
    ({ name }, index) => migrations.findIndex((each) => each.name === name) < index,
  );
  if (twice) throw new Error(`Two folders hold a migration named ${twice.name}.`);
  return migrations;
}

async function readFolder(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}
