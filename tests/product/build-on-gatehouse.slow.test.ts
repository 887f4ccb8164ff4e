import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
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
    expect(await printed("generated/roles.ts")).toMatch(
      / {2}member: \[.*"apiKeys:manage".*"tickets:write"\]/,
    );
    expect(await printed("permissions.md")).toMatch(/`workflows:execute` +\| yes +\| yes +\| +\| +\|/);
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
    await tellStory(settingsIn(".data"));
  });

  testOnPostgres("keeps its tickets in PostgreSQL, as its own tests say", async () => {
    const { url, drop } = await openRaceDatabase({ migrated: false });
    onTestFinished(drop);
    await tellStory({ ...settingsIn(".data-of-postgres"), DATABASE_URL: url });
  });
});

describe("the commands of the package", () => {
  test("are listed where none is named", () => {
    const listed = gatehouse([], {});

    for (const name of ["migrate", "token", "keys", "doctor", "reconcile", "move-database", "tour"])
      expect(listed).toMatch(new RegExp(`^ {2}${name} `, "m"));
  });

  test("are about the product: its migrations, its server and its scopes", async () => {
    const settings = settingsIn(".data-of-commands");

    expect(gatehouse(["migrate"], settings)).toContain("20261201000000_tickets");
    expect(gatehouse(["migrate"], settings)).toBe("The database is up to date.\n");
    const key = await openTicket(settings);
    const desk = await startDesk(settings);
    expect(gatehouse(["doctor"], { ...settings, GATEHOUSE_URL: desk.url })).toMatch(/^ok +server +ready/m);
    expect(gatehouse(["tour"], { ...settings, GATEHOUSE_URL: desk.url })).toContain("the whole road");
    expect(await titles(desk, key)).toEqual(["No coffee"]);
    await desk.stop();
    expect(gatehouse(["doctor"], settings)).toMatch(/^ok +database .+every migration applied$/m);
  });

  testOnPostgres(
    "take the product's tables along to PostgreSQL, and compare it with Clerk there",
    async () => {
      const { url, drop } = await openRaceDatabase({ migrated: false });
      onTestFinished(drop);
      const embedded = settingsIn(".data-to-move");
      const key = await openTicket(embedded);
      const settings = { ...embedded, DATABASE_URL: url };
      expect(gatehouse(["doctor"], settings)).toMatch(/^warning +database .+20261201000000_tickets/m);

      expect(gatehouse(["move-database"], settings)).toContain("Every row was compared");

      const desk = await startDesk(settings);
      expect(await titles(desk, key)).toEqual(["No coffee"]);
      const differences: unknown = JSON.parse(gatehouse(["reconcile", "--dry-run"], settings));
      expect(differences).toMatchObject({ missing: [], changed: [], extra: [] });
      await desk.stop();
    },
  );
});

function gatehouse(words: readonly string[], env: Record<string, string>): string {
  return run("npx", ["--no", "gatehouse", ...words], env);
}

function settingsIn(folder: string): Record<string, string> {
  return {
    DATA_DIR: join(helpdesk, folder),
    PORT: "0",
    LOCAL_CLERK_PORT: "0",
    ADMIN_API_KEY: "the-key-of-the-helpdesk",
    LOG_LEVEL: "warn",
  };
}

interface Desk {
  url: string;
  stop: () => Promise<void>;
}

/** The product, as its operator starts it. */
async function startDesk(env: Record<string, string>): Promise<Desk> {
  const child = spawn(process.execPath, ["dist/main.js"], { cwd: helpdesk, env });
  const ended = once(child, "close");
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  onTestFinished(stop);
  const url = await new Promise<string>((up, refuse) => {
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        const [, found] = /open at (http:\S+)\.\n/.exec(text) ?? [];
        if (found !== undefined) up(found);
      });
    void ended.then(() => refuse(new Error(text)));
  });
  return { url, stop };
}

/** Somebody opens a ticket with a token of `gatehouse token`. @returns a key of `gatehouse keys` that reads it */
async function openTicket(settings: Record<string, string>): Promise<string> {
  const desk = await startDesk(settings);
  const admin = { "x-admin-key": settings["ADMIN_API_KEY"]! };
  const token = gatehouse(["token", "--user", "ada@example.com"], settings).trim();
  const ada = { authorization: `Bearer ${token}` };
  const { code } = await post(desk, "admin/access-codes", admin);
  await post(desk, "access-codes/redeem", ada, { code });
  const { id, slug } = await post(desk, "workspaces", ada, { name: "The desk" });
  await post(desk, "tickets", { ...ada, "x-workspace-id": id! }, { title: "No coffee" });
  await desk.stop();
  const words = [
    "create",
    "--workspace",
    slug!,
    "--name",
    "CI",
    "--scopes",
    "tickets:read",
    "--tier",
    "lite",
  ];
  return gatehouse(["keys", ...words], settings).trim();
}

async function post(
  { url }: Desk,
  path: string,
  headers: Record<string, string>,
  body: object = {},
): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, string>;
}

/** What stands in the tickets that a key may read. */
async function titles({ url }: Desk, key: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/tickets`, { headers: { authorization: `Bearer ${key}` } });
  const { items } = (await answer.json()) as { items: { title: string }[] };
  return items.map(({ title }) => title);
}

function printed(name: string): Promise<string> {
  return readFile(join(helpdesk, "src/client", name), "utf8");
}

/** The product's own test, by Node's runner. */
async function tellStory(env: Record<string, string>): Promise<void> {
  const output = run(process.execPath, ["--test", "dist/tickets.test.js"], env);
  expect(output).toContain("# fail 0");
  expect(output).toMatch(/# pass 9\n/);
}
