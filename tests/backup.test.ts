import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningServer } from "../server/src/start.ts";
import { makeEmbeddedFolder, openRaceDatabase, testOnPostgres } from "./support/database.ts";
import { databaseAt } from "./support/global-setup.ts";
import { askDatabase, live, look, startOn } from "./support/lived-in.ts";
import { has } from "./support/shell.ts";

/** Needs a real server and its own tools, too. */
const testOfDump = has("pg_dump") ? testOnPostgres : test.skip;
const run = promisify(execFile);
const closers: (() => Promise<unknown>)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-backup-"));
  closers.push(() => rm(folder, { recursive: true }));
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function start(dataFolder: string, env?: Record<string, string>): Promise<RunningServer> {
  const server = await startOn(dataFolder, env);
  closers.push(() => server.stop());
  return server;
}

/** What docs/backup.md tells people to type, in its order. */
async function documented(language: string): Promise<string[]> {
  const text = await readFile("docs/backup.md", "utf8");
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, block]) => block!);
}

testOfDump(
  "a dump that is restored is the same installation, by the commands and the statement of the documents",
  async () => {
    const { url, drop } = await openRaceDatabase();
    closers.push(drop);
    const name = `restored_${randomUUID().slice(0, 8)}`;
    const restored = databaseAt(url, name);
    closers.push(() => askDatabase(url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
    const [backUp, restore] = await documented("sh");
    const [addUp] = await documented("sql");
    const { hostname, port, username, password } = new URL(url);
    const env = {
      PATH: process.env["PATH"],
      PGHOST: hostname,
      PGPORT: port,
      PGUSER: username,
      PGPASSWORD: password,
    };
    const shell = (script: string) =>
      run("sh", ["-ec", script.replaceAll("gatehouse_restored", name)], {
        cwd: folder,
        env: { ...env, DATABASE_URL: url },
      });
    const before = await start(folder, { DATABASE_URL: url });
    const place = await live(before);
    const seen = await look(before, place);

    await shell(backUp!);
    const added = await askDatabase(url, addUp!);
    await before.stop();
    await shell(restore!);

    expect(await askDatabase(restored, addUp!)).toEqual(added);
    const account = { balances: "999999999993", held: "100", sum_of_entries: "999999999993" };
    expect(added).toEqual([{ accounts: "1", entries: "2", ...account }]);
    const after = await start(folder, { DATABASE_URL: restored });
    expect(await look(after, place)).toEqual(seen);
    await expect(askDatabase(restored, "DELETE FROM credit_entries")).rejects.toThrow("never changed");
  },
);

test("a copy of the folder of a stopped server is the same installation", async () => {
  const [original, copy] = [join(folder, ".data"), join(folder, ".data-backup")];
  await makeEmbeddedFolder(join(original, "database"));
  const before = await start(original);
  const place = await live(before);
  const seen = await look(before, place);
  await before.stop();

  const copying = (await documented("sh")).find((block) => block.startsWith("cp"));
  await run("sh", ["-ec", copying!], { cwd: folder });

  const after = await start(copy);
  expect(await look(after, place)).toEqual(seen);
});
