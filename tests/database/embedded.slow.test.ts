import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { openLog } from "../../server/src/base/log.ts";
import { EMBEDDED_VERSION } from "../../server/src/database/embedded/data-folder.ts";
import { thisProcess } from "../../server/src/database/embedded/lock-owner.ts";
import { openDatabase } from "../../server/src/database/open.ts";
import type { OpenDatabase } from "../../server/src/database/open.ts";
import { makeEmbeddedFolder } from "../support/database.ts";
import { run } from "./programs/run.ts";

/** A first start takes seconds, and a minute on a machine that has other things to do. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const log = openLog("warn");

// The tests run side by side, each in a folder of its own: one waits ten seconds for a lock to be touched again.
const folders: string[] = [];

/** A path where nothing is yet. */
async function newFolder(): Promise<string> {
  const parent = await mkdtemp(path.join(tmpdir(), "gatehouse-embedded-"));
  folders.push(parent);
  return path.join(parent, "data");
}

/** A folder in which a database has been made before; copying it is much faster than making another. */
async function usedFolder(): Promise<string> {
  const folder = await newFolder();
  await makeEmbeddedFolder(folder);
  return folder;
}

function open(folder: string): Promise<OpenDatabase> {
  return openDatabase({ kind: "embedded", folder }, { log });
}

afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

describe.concurrent("the folder of the embedded database", () => {
  test("keeps its rows, is its owner's alone, and holds the version that we know", async () => {
    const folder = await newFolder();
    const first = await open(folder);
    await first.pool.query("CREATE TABLE notes AS SELECT 'kept' AS text");
    await first.close();

    const second = await open(folder);
    expect((await second.pool.query("SELECT text FROM notes")).rows).toEqual([{ text: "kept" }]);
    await second.close();

    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(folder, "postgres"))).mode & 0o777).toBe(0o700);
    expect((await readFile(path.join(folder, "postgres/PG_VERSION"), "utf8")).trim()).toBe(EMBEDDED_VERSION);
    expect(await readdir(folder)).toEqual(["postgres"]);
  });

  test("made by another PostgreSQL is refused with what to do, and left as it is", async () => {
    const folder = await newFolder();
    await mkdir(path.join(folder, "postgres"), { recursive: true });
    await writeFile(path.join(folder, "postgres/PG_VERSION"), "17\n");

    await expect(open(folder)).rejects.toThrow(/was made by PostgreSQL 17.*move the folder away/s);

    expect(await readdir(path.join(folder, "postgres"))).toEqual(["PG_VERSION"]);
    // The refusal gives the folder free.
    expect(await readdir(folder)).toEqual(["postgres"]);
  });

  test("left half made by a first start that was killed is made anew", async () => {
    const folder = await newFolder();
    await mkdir(path.join(folder, "postgres/base"), { recursive: true });
    await writeFile(path.join(folder, "postgres/PG_VERSION"), `${EMBEDDED_VERSION}\n`);
    await writeFile(path.join(folder, "postgres.unfinished"), "");

    const database = await open(folder);

    await database.ping();
    await database.close();
    expect(await readdir(folder)).toEqual(["postgres"]);
  });
});

describe.concurrent("a second process on the same folder", () => {
  test("is refused with the folder and the process named; after kill -9 it gets the folder, and no row is lost", async () => {
    const folder = await usedFolder();
    const owner = run("tests/database/programs/keep-folder.ts", [folder]);
    await owner.says("ready\n1\n");

    const refusal = new RegExp(`${folder} is in use by the process ${owner.child.pid}\\.`);
    await expect(open(folder)).rejects.toThrow(refusal);

    owner.child.kill("SIGKILL");
    await owner.ended;
    const acknowledged = Number(owner.output().trim().split("\n").at(-1));
    const database = await open(folder);
    const { rows } = await database.pool.query("SELECT count(*)::int AS stored FROM acknowledged");
    // One more may have been stored whose answer the process did not live to print.
    expect(rows[0].stored - acknowledged).toBeOneOf([0, 1]);
    await database.close();
  });

  test("this process included", async () => {
    const folder = await usedFolder();
    const first = await open(folder);
    await expect(open(folder)).rejects.toThrow(`is in use by the process ${process.pid}.`);
    await first.close();
    await (await open(folder)).close();
  });

  test("of five that find the lock of a dead one, one gets in", async () => {
    const folder = await usedFolder();
    await writeFile(path.join(folder, "lock"), JSON.stringify({ ...(await thisProcess()), pid: 4_000_000 }));

    const programs = Array.from({ length: 5 }, () => run("tests/database/programs/keep-folder.ts", [folder]));
    const outcomes = await Promise.allSettled(programs.map((program) => program.says("ready\n")));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const { child } of programs) child.kill("SIGKILL");
  });
});

describe.concurrent("the lock of a process that is gone is no obstacle", () => {
  test.skipIf(process.platform !== "linux")("where its number now belongs to another process", async () => {
    const folder = await usedFolder();
    const reused = { ...(await thisProcess()), born: "1" };
    await writeFile(path.join(folder, "lock"), JSON.stringify(reused));
    await (await open(folder)).close();
  });

  test("where it ran before a restart of the machine, or in another container, and has fallen silent", async () => {
    const folder = await usedFolder();
    await writeFile(
      path.join(folder, "lock"),
      JSON.stringify({ ...(await thisProcess()), world: "another" }),
    );
    await (await open(folder)).close();
  });

  test("but in another container and touching its lock, it keeps us out", async () => {
    const folder = await usedFolder();
    const lock = path.join(folder, "lock");
    const owner = JSON.stringify({ ...(await thisProcess()), world: "another" });
    await writeFile(lock, owner);
    const touching = setInterval(() => void writeFile(lock, owner), 1_000);
    try {
      await expect(open(folder)).rejects.toThrow("is in use");
    } finally {
      clearInterval(touching);
    }
  });
});
