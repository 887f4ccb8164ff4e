import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { migrate } from "../../server/src/cli/migrate.ts";
import { moveDatabase } from "../../server/src/cli/move-database/move-database.ts";
import { openDatabase } from "../../server/src/database/open.ts";
import { lockFolder } from "../../server/src/database/embedded/directory-lock.ts";
import type { RunningServer } from "../../server/src/start.ts";
import { callCommand } from "../support/command.ts";
import type { Outcome } from "../support/command.ts";
import { makeEmbeddedFolder, openRaceDatabase, testOnPostgres } from "../support/database.ts";
import { openLogBook } from "../support/log-book.ts";
import { askDatabase, live, look, signIn, signUp, startOn } from "../support/lived-in.ts";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** The data folder of a server that has run before. */
async function usedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-move-"));
  closers.push(() => rm(folder, { recursive: true }));
  await makeEmbeddedFolder(join(folder, "database"));
  return folder;
}

async function newDatabase(options?: { migrated: boolean }): Promise<string> {
  const { url, drop } = await openRaceDatabase(options);
  closers.push(drop);
  return url;
}

async function start(folder: string, env?: Record<string, string>): Promise<RunningServer> {
  const server = await startOn(folder, env);
  closers.push(() => server.stop());
  return server;
}

function move(folder: string, databaseUrl: string, ofProduct: string[] = []): Promise<Outcome> {
  return callCommand(moveDatabase, [], { DATA_DIR: folder, DATABASE_URL: databaseUrl }, ofProduct);
}

async function inEmbedded(folder: string, statements: string): Promise<void> {
  const target = { kind: "embedded", folder: join(folder, "database") } as const;
  const database = await openDatabase(target, { log: openLogBook().log });
  await database.pool.query(statements);
  await database.close();
}

/** The migrations of a product with one table, whose numbers and sums PostgreSQL makes. */
async function productMigrations(more = ""): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-product-"));
  closers.push(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "20270101000000_bills"));
  await writeFile(
    join(folder, "20270101000000_bills/migration.sql"),
    `CREATE TABLE bills (
       number bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
       net int NOT NULL, gross int GENERATED ALWAYS AS (net * 2) STORED);\n${more}`,
  );
  return folder;
}

describe("moving to PostgreSQL", () => {
  testOnPostgres("takes everything along: users, keys, balances and what has happened", async () => {
    const folder = await usedFolder();
    const url = await newDatabase({ migrated: false });
    const before = await start(folder);
    const place = await live(before);
    const seen = await look(before, place);
    await before.stop();

    const moved = await move(folder, url);
    expect(moved, moved.stderr).toMatchObject({ code: 0 });
    expect(moved.stdout).toMatch(/^Moved \d+ rows of \d+ tables\./);

    const after = await start(folder, { DATABASE_URL: url });
    const again = await look(after, place);
    expect(again.me).toEqual(seen.me);
    expect(again.balance).toEqual(seen.balance);
    expect(again.balance).toMatchObject({ balance: 999_999_999_993, held: 100 });
    expect(again.entries).toEqual(seen.entries);
    expect(again.audit).toEqual(seen.audit);
    expect(again.projectsOfTheKey).toEqual(seen.projectsOfTheKey);

    // Numbers go on, calls that were made once stay made once, and what watches the tables works again.
    const bob = await signIn(after, await signUp(after, "bob@example.com"));
    expect((await bob.me.get.query()).number).toBeGreaterThan(seen.me.number);
    const { workspaceId, clerkId } = place;
    const ada = await signIn(after, clerkId);
    await ada.credits.spend.mutate({ workspaceId, credits: 7, reason: "Fuel", idempotencyKey: "fuel-1" });
    expect(await ada.credits.balance.query({ workspaceId })).toEqual(seen.balance);
    const [{ events: eventsBefore }] = (await askDatabase(url, COUNT_EVENTS)) as [{ events: number }];
    await ada.projects.create.mutate({ workspaceId, name: "Second" });
    expect(await askDatabase(url, COUNT_EVENTS)).toEqual([{ events: eventsBefore + 1 }]);
    await expect(askDatabase(url, "UPDATE credit_entries SET amount = 1")).rejects.toThrow("never changed");
  });

  testOnPostgres("changes no value on the way, however odd", async () => {
    const folder = await usedFolder();
    const url = await newDatabase({ migrated: false });
    const before = await start(folder);
    const { pool } = before.services.database;
    await pool.query(ODD_ROWS);
    const { rows } = await pool.query(READ_ODD);
    await before.stop();

    expect(await move(folder, url)).toMatchObject({ code: 0 });

    expect(await askDatabase(url, READ_ODD)).toEqual(rows);
    expect(rows).toHaveLength(606);
  });

  testOnPostgres("takes a product's own tables along, and goes on counting in them", async () => {
    const folder = await usedFolder();
    const url = await newDatabase({ migrated: false });
    const migrations = await productMigrations();
    const settings = { DATA_DIR: folder };
    expect(await callCommand(migrate, [], settings, [migrations])).toMatchObject({
      code: 0,
      stdout: "Applied: 20270101000000_bills\n",
    });
    await inEmbedded(folder, "INSERT INTO bills (net) VALUES (10), (20); DELETE FROM bills WHERE net = 20");

    expect(await move(folder, url, [migrations])).toMatchObject({ code: 0 });

    await askDatabase(url, "INSERT INTO bills (net) VALUES (30)");
    expect(await askDatabase(url, "SELECT number::int, gross FROM bills ORDER BY 1")).toEqual([
      { number: 1, gross: 20 },
      { number: 3, gross: 60 },
    ]);
  });

  testOnPostgres(
    "that meets a fault half way leaves nothing in the target, and can be done again",
    async () => {
      const folder = await usedFolder();
      const url = await newDatabase();
      const before = await start(folder);
      await live(before);
      await before.stop();
      await askDatabase(url, "ALTER TABLE credit_entries ADD CONSTRAINT too_much CHECK (amount < 1000)");

      const failed = await move(folder, url);

      expect(failed).toMatchObject({ code: 1, stdout: "" });
      expect(failed.stderr).toContain("too_much");
      expect(await askDatabase(url, "SELECT 1 FROM users UNION ALL SELECT 1 FROM workspaces")).toEqual([]);
      await askDatabase(url, "ALTER TABLE credit_entries DROP CONSTRAINT too_much");
      expect(await move(folder, url)).toMatchObject({ code: 0 });
    },
  );
});

describe("moving is refused, in a sentence,", () => {
  test("where no other database is named", async () => {
    expect(await callCommand(moveDatabase, [], {})).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("DATABASE_URL") as string,
    });
  });

  test("where there is no embedded database, and none is made", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gatehouse-move-"));
    closers.push(() => rm(folder, { recursive: true }));
    const refused = await move(folder, "postgres://postgres@127.0.0.1:1/nowhere");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`no embedded database in ${join(folder, "database")}`);
    await expect(readFile(join(folder, "database", "lock"))).rejects.toThrow();
  });

  test("while a server runs on the embedded database", async () => {
    const folder = await usedFolder();
    closers.push(await lockFolder(join(folder, "database")));
    const refused = await move(folder, "postgres://postgres@127.0.0.1:1/nowhere");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(String(process.pid));
  });

  testOnPostgres.for<[string, string, string]>([
    [
      "has rows already",
      "INSERT INTO identity_tombstones VALUES ('user_1', now())",
      "identity_tombstones has rows",
    ],
    ["holds somebody else's tables", "CREATE TABLE notes (id int)", "tables of somebody else: notes"],
  ])("where the target %s", async ([, statement, words]) => {
    const folder = await usedFolder();
    const url = await newDatabase();
    await askDatabase(url, statement);
    const refused = await move(folder, url);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(words);
    expect(await askDatabase(url, "SELECT 1 FROM users")).toEqual([]);
  });

  testOnPostgres("where the product is forgotten whose tables are there", async () => {
    const folder = await usedFolder();
    const url = await newDatabase();
    await callCommand(migrate, [], { DATA_DIR: folder }, [await productMigrations()]);
    const refused = await move(folder, url);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("20270101000000_bills");
  });

  testOnPostgres("where a product's migration put rows in, until they are deleted", async () => {
    const folder = await usedFolder();
    const url = await newDatabase({ migrated: false });
    const migrations = await productMigrations("INSERT INTO bills (net) VALUES (1)");
    await callCommand(migrate, [], { DATA_DIR: folder }, [migrations]);
    const refused = await move(folder, url, [migrations]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("bills has rows");
    await askDatabase(url, "DELETE FROM bills");
    expect(await move(folder, url, [migrations])).toMatchObject({ code: 0 });
    expect(await askDatabase(url, "SELECT net FROM bills")).toEqual([{ net: 1 }]);
  });

  testOnPostgres("where somebody is at work in the target", async () => {
    const folder = await usedFolder();
    const url = await newDatabase();
    const other = new pg.Client(url);
    await other.connect();
    await other.query("BEGIN; SELECT count(*) FROM users");
    const refused = await move(folder, url);
    await other.end();
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("Stop every server");
  });

  testOnPostgres("where the embedded database is of an earlier release", async () => {
    const folder = await usedFolder();
    const before = await start(folder);
    await before.services.database.pool.query(
      "DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)",
    );
    await before.stop();
    const refused = await move(folder, await newDatabase());
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("earlier release");
  });
});

const COUNT_EVENTS = "SELECT count(*)::int AS events FROM workspace_events";

/** Every kind of value that a column can hold, at its edges; and more rows than go at once. */
const ODD_ROWS = `
  INSERT INTO idempotency_records (caller, procedure, key, fingerprint, answer, expires_at) VALUES
    ('a', 'none', '', E'tab\\t\\\\ back', NULL, '2026-02-28T23:59:59.999Z'),
    ('a', 'null', '{NULL,"}', 'NULL', 'null', 'infinity'),
    ('a', 'text', '😀', '', '"null"', '0001-01-01T00:00:00Z');
  INSERT INTO idempotency_records (caller, procedure, key, fingerprint, answer, expires_at)
    SELECT 'many', 'p', n::text, repeat('x', n), jsonb_build_object('n', 9007199254740993 + n), now()
    FROM generate_series(1, 600) AS n;
  INSERT INTO rate_limits VALUES ('most', 2147483647, 9223372036854775807), ('none', -1, NULL);
  INSERT INTO webhook_events (provider, id, type, number, body_hash, details)
    SELECT 'stripe', 'evt', '', 9223372036854775807,
      decode(string_agg(lpad(to_hex(n), 2, '0'), '' ORDER BY n), 'hex'), '{"a": [1e400, 0.1, "\\u00e9"], "b": null}'
    FROM generate_series(0, 255) AS n`;
const READ_ODD = `SELECT r::text AS row FROM idempotency_records r
  UNION ALL SELECT r::text FROM rate_limits r UNION ALL SELECT r::text FROM webhook_events r ORDER BY 1`;
