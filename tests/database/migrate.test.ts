import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openLog } from "../../server/src/base/log.ts";
import { migrate, pendingMigrations } from "../../server/src/database/migrate.ts";
import { ownMigrationFolders, readMigrations } from "../../server/src/database/migration-folders.ts";
import { openRaceDatabase, openTestDatabase, testOnPostgres } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { run } from "./programs/run.ts";

const log = openLog("silent");
const NOTES = "99990101000000_notes";
const TITLES = "99990102000000_titles";

let folder: string;
let opened: TestDatabase;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gatehouse-migrations-"));
  opened = await openTestDatabase();
});

afterEach(async () => {
  await opened.close();
  await rm(folder, { recursive: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, "migration.sql"), sql);
}

function migrateNow(): Promise<string[]> {
  return migrate(opened.database.pool, { log, folders: [folder], lockTimeoutMs: 300 });
}

async function columnsOf(table: string): Promise<string[]> {
  const { rows } = await opened.database.pool.query<{ name: string }>(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 ORDER BY 1",
    [table],
  );
  return rows.map(({ name }) => name);
}

describe("migrations", () => {
  test("of the product have all been applied to a new database", async () => {
    const own = await readMigrations(ownMigrationFolders());
    expect(own.map(({ name }) => name)).toContain("20261121000000_first_tables");
    expect(await pendingMigrations(opened.database.pool)).toEqual([]);
    expect(await migrate(opened.database.pool, { log })).toEqual([]);
  });

  test("are applied in the order of their names, each once", async () => {
    await write(TITLES, "ALTER TABLE notes ADD COLUMN title text;");
    await write(NOTES, "CREATE TABLE notes (id int); INSERT INTO notes VALUES (1);");

    expect(await pendingMigrations(opened.database.pool, [folder])).toEqual([NOTES, TITLES]);
    expect(await migrateNow()).toEqual([NOTES, TITLES]);
    expect(await migrateNow()).toEqual([]);
    expect(await columnsOf("notes")).toEqual(["id", "title"]);
  });

  test("of several folders are applied one folder after the other, and a name in two of them is refused", async () => {
    const other = path.join(folder, "..", `${path.basename(folder)}-more`);
    await write(NOTES, "CREATE TABLE notes (id int);");
    await mkdir(path.join(other, TITLES), { recursive: true });
    await writeFile(path.join(other, TITLES, "migration.sql"), "ALTER TABLE notes ADD COLUMN title text;");

    const names = (await readMigrations([other, folder])).map(({ name }) => name);
    expect(names).toEqual([TITLES, NOTES]);
    await expect(readMigrations([folder, folder])).rejects.toThrow(NOTES);
    await rm(other, { recursive: true });
  });

  test("that fail leave nothing behind, are named, and are applied once they are right", async () => {
    await write(NOTES, "CREATE TABLE notes (id int); INSERT INTO notes VALUES ('no number');");
    await expect(migrateNow()).rejects.toThrow(
      new RegExp(`${NOTES} failed and was rolled back: .*no number`),
    );
    expect(await columnsOf("notes")).toEqual([]);

    await write(NOTES, "CREATE TABLE notes (id int);");
    expect(await migrateNow()).toEqual([NOTES]);
  });

  test("that were edited after they were applied are refused, and nothing else is applied", async () => {
    await write(NOTES, "CREATE TABLE notes (id int);");
    await migrateNow();
    await write(NOTES, "CREATE TABLE notes (id bigint);");
    await write(TITLES, "ALTER TABLE notes ADD COLUMN title text;");

    await expect(migrateNow()).rejects.toThrow(`${NOTES} was edited`);
    await expect(pendingMigrations(opened.database.pool, [folder])).rejects.toThrow(`${NOTES} was edited`);
    expect(await columnsOf("notes")).toEqual(["id"]);
  });

  test("may run outside a transaction; one that fails there is named by every later start until somebody has looked", async () => {
    await write(
      NOTES,
      "-- no-transaction\nCREATE INDEX CONCURRENTLY members_by_role ON workspace_members (role);",
    );
    expect(await migrateNow()).toEqual([NOTES]);

    await write(TITLES, "-- no-transaction\nCREATE INDEX CONCURRENTLY none ON workspace_members (nothing);");
    await expect(migrateNow()).rejects.toThrow(`${TITLES} failed half way`);
    await expect(migrateNow()).rejects.toThrow(`${TITLES} was begun and never finished`);
  });

  test("change no setting of the connections that serve", async () => {
    await write(NOTES, "SET TIME ZONE 'Asia/Tokyo'; SET search_path TO pg_catalog;");
    await migrateNow();
    const { rows } = await opened.database.pool.query("SELECT current_setting('TimeZone') AS zone");
    expect(rows).toEqual([{ zone: "UTC" }]);
    expect(await opened.database.db.workspace.count()).toBe(0);
  });

  testOnPostgres("wait for another process that migrates, but not for ever", async () => {
    const other = await opened.database.pool.connect();
    await other.query("SELECT pg_advisory_lock(72707369)");
    await expect(migrateNow()).rejects.toThrow("Another process has been migrating");
    other.release(true);
    expect(await migrateNow()).toEqual([]);
  });

  testOnPostgres("are applied exactly once by five processes that start together", async () => {
    await write(NOTES, "CREATE TABLE notes (id int); SELECT pg_sleep(0.5);");
    await write(TITLES, "INSERT INTO notes VALUES (1);");
    const { url, drop } = await openRaceDatabase({ migrated: false });
    onTestFinished(drop);
    const programs = Array.from({ length: 5 }, () =>
      run("tests/database/programs/migrate-once.ts", [url, folder]),
    );

    expect(await Promise.all(programs.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);

    const applied = programs.map(({ output }) => output().trim());
    expect(applied.toSorted()).toEqual([`["${NOTES}","${TITLES}"]`, "[]", "[]", "[]", "[]"]);
  });

  testOnPostgres("may build an index concurrently while four others wait for their turn", async () => {
    await write(NOTES, "CREATE TABLE notes (id int);");
    await write(TITLES, "-- no-transaction\nCREATE INDEX CONCURRENTLY by_id ON notes (id);");
    const { url, drop } = await openRaceDatabase({ migrated: false });
    onTestFinished(drop);
    const programs = Array.from({ length: 5 }, () =>
      run("tests/database/programs/migrate-once.ts", [url, folder]),
    );

    expect(await Promise.all(programs.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);
  });
});
