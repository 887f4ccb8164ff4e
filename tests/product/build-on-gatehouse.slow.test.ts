import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { readGuide } from "../guide/read-guide.ts";
import { openRaceDatabase, testOnPostgres } from "../support/database.ts";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

/** A product of somebody else: a folder outside of this repository, into which our packages are installed packed. */
let helpdesk: string;

beforeAll(async () => {
  helpdesk = await mkdtemp(join(tmpdir(), "helpdesk-"));
  await cp(join(ROOT, "tests/product/helpdesk"), helpdesk, { recursive: true });
  // Packed in a copy: the server's package takes the migrations in, where servers that run beside this would find them.
  const packages = ["shared", "client", "server"];
  for (const name of [...packages, "prisma"])
    await cp(join(ROOT, name), join(helpdesk, "packed", name), { recursive: true });
  const folders = packages.map((name) => `./packed/${name}`);
  run("npm", ["pack", ...folders]);
  const tarballs = (await readdir(helpdesk))
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => `./${name}`);
  run("npm", ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", ...tarballs]);
}, 300_000);
afterAll(() => rm(helpdesk, { recursive: true, force: true }));

/** What it runs decides for itself how it runs, and not by what this test runs in. */
function run(program: string, words: readonly string[], env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd: helpdesk,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

test("what the document shows is what is run here", async () => {
  const shown = readGuide(await readFile(join(ROOT, "docs/build-on-gatehouse.md"), "utf8"));
  for (const step of shown)
    if (step.kind === "write")
      expect(await readFile(join(ROOT, "tests/product/helpdesk", step.file), "utf8")).toBe(step.text);
  expect(shown.length).toBeGreaterThan(7);
});

describe("a product on top of Gatehouse", () => {
  test("prints its own client, with its own procedures, codes, permissions and paths", async () => {
    run("npm", ["run", "generate"]);

    expect(await printed("generated/api.ts")).toContain("interface WorkspaceTicketsClient");
    expect(await printed("generated/errors.ts")).toContain('"TICKET_CLOSED"');
    expect(await printed("generated/roles.ts")).toContain('"tickets:write"');
    expect(await printed("openapi.json")).toContain('"/api/v1/tickets/{ticket_id}/close"');
  });

  test("compiles, strictly, and needs nothing that the packages do not bring", () => {
    run("npm", ["run", "build"]);

    // Every declaration is looked at. Those of others may have errors of their own; ours may not.
    const { stdout } = spawnSync("npx", ["tsc", "--noEmit", "--skipLibCheck", "false"], {
      cwd: helpdesk,
      encoding: "utf8",
    });
    const complaints = stdout.split("\n").filter((line) => /error TS/.test(line));
    expect(complaints.filter((line) => !/^node_modules\/(?!@gatehouse\/)/.test(line))).toEqual([]);
  });

  test("keeps its tickets in the embedded database, as its own tests say", async () => {
    await tellStory({ DATA_DIR: join(helpdesk, ".data") });
  });

  testOnPostgres("keeps its tickets in PostgreSQL, as its own tests say", async () => {
    const { url, drop } = await openRaceDatabase({ migrated: false });
    onTestFinished(drop);
    await tellStory({ DATA_DIR: join(helpdesk, ".data-of-postgres"), DATABASE_URL: url });
  });
});

function printed(name: string): Promise<string> {
  return readFile(join(helpdesk, "src/client", name), "utf8");
}

/** The product's own test, by Node's runner. */
async function tellStory(env: Record<string, string>): Promise<void> {
  const settings = {
    PORT: "0",
    LOCAL_CLERK_PORT: "0",
    ADMIN_API_KEY: "the-key-of-the-helpdesk",
    LOG_LEVEL: "warn",
  };
  const output = run(process.execPath, ["--test", "dist/tickets.test.js"], { ...settings, ...env });
  expect(output).toContain("# fail 0");
  expect(output).toMatch(/# pass [7-9]/);
}
