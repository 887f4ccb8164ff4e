import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { openEngine } from "../../prisma/offline/engine-calls.ts";
import { MIGRATIONS_FOLDER, readMigrations } from "../../prisma/offline/migration-files.ts";
import { openLog } from "../../server/src/base/log.ts";
import { Secret } from "../../server/src/base/secret.ts";
import { migrate, pendingMigrations } from "../../server/src/database/migrate.ts";
import { openDatabase } from "../../server/src/database/open.ts";
import { openRaceDatabase, testOnPostgres } from "../support/database.ts";
import { run } from "./programs/run.ts";

/** Each of these starts a program, which starts one database in memory or two. */
vi.setConfig({ testTimeout: 120_000 });

const PRISMA = "node_modules/prisma/build/index.js";
const log = openLog("silent");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "gatehouse-drift-"));
  await cp("prisma/schema.prisma", path.join(folder, "schema.prisma"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("the drift check", () => {
  test("passes where the migrations lead to the schema", async () => {
    const check = run("prisma/offline/check-drift.ts", []);
    expect({ code: await check.ended, output: check.output() }).toMatchObject({ code: 0 });
  });

  test("fails and prints what is missing where the schema has gone on alone", async () => {
    const schema = path.join(folder, "schema.prisma");
    const text = await readFile(schema, "utf8");
    await writeFile(schema, text.replace("model Workspace {", "model Workspace {\n  motto String?"));

    const check = run("prisma/offline/check-drift.ts", ["prisma/migrations", schema]);

    expect(await check.ended).toBe(1);
    expect(check.output()).toContain("motto");
  });
});

describe("Prisma's own commands without the native engine", () => {
  test("validate the schema without a database", async () => {
    const validate = run(PRISMA, ["validate"]);
    expect({ code: await validate.ended, output: validate.output() }).toMatchObject({ code: 0 });
  });

  test("are given a new migration for what the schema has gained, as `migrate dev` asks for it", async () => {
    const content = await readFile("prisma/schema.prisma", "utf8");
    const schema = content.replace("model Workspace {", "model Workspace {\n  motto String?");
    const answer = await openEngine("", [])("createMigration", {
      migrationName: "motto",
      migrationsList: await readMigrations(MIGRATIONS_FOLDER),
      schema: { files: [{ path: "schema.prisma", content: schema }] },
    });
    expect(answer.result).toMatchObject({
      generatedMigrationName: expect.stringMatching(/^\d{14}_motto$/),
      migrationScript: expect.stringContaining('ALTER TABLE "workspaces" ADD COLUMN     "motto" TEXT'),
    });
  });

  testOnPostgres("agree with our own applier about what has been applied", async () => {
    const { url, drop } = await openRaceDatabase({ migrated: false });
    onTestFinished(drop);
    const database = await openDatabase({ kind: "postgres", url: new Secret(url) }, { log });

    const before = run(PRISMA, ["migrate", "status"], { DATABASE_URL: url });
    expect(await before.ended).toBe(1);
    expect(before.output()).toContain("have not yet been applied");

    await migrate(database.pool, { log });
    const after = run(PRISMA, ["migrate", "status"], { DATABASE_URL: url });
    expect({ code: await after.ended, output: after.output() }).toMatchObject({ code: 0 });
    expect(after.output()).toContain("up to date");

    await database.close();
  });

  testOnPostgres("apply the migrations so that our own applier finds nothing left to do", async () => {
    const { url, drop } = await openRaceDatabase({ migrated: false });
    onTestFinished(drop);
    const deploy = run(PRISMA, ["migrate", "deploy"], { DATABASE_URL: url });
    expect({ code: await deploy.ended, output: deploy.output() }).toMatchObject({ code: 0 });

    const database = await openDatabase({ kind: "postgres", url: new Secret(url) }, { log });
    expect(await pendingMigrations(database.pool)).toEqual([]);
    await database.close();
  });
});
