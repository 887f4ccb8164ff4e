import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { makeEmbeddedFolder, openRaceDatabase, testOnPostgres } from "./support/database.ts";

const BUNDLE = resolve(fileURLToPath(import.meta.url), "../../server/dist/bundle");
/** As the script `start` of package.json has it. */
const MAIN = ["--enable-source-maps", join(BUNDLE, "main.js")];

interface Started {
  child: ChildProcess;
  url: string;
  output: () => string;
  ended: Promise<number | null>;
}

const folders: string[] = [];
const children: ChildProcess[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-start-"));
  folders.push(folder);
  return folder;
}

/** A folder in which a server has been before. */
async function usedFolder(): Promise<string> {
  const folder = await newFolder();
  await makeEmbeddedFolder(join(folder, "database"));
  return folder;
}

/** Runs the built server as `npm start` does; resolves when it says that it is up, or when it has ended. */
async function start(env: Record<string, string>): Promise<Started> {
  const inherited = { PATH: process.env["PATH"] ?? "" };
  const child = spawn(process.execPath, MAIN, {
    env: { ...inherited, PORT: "0", LOCAL_CLERK_PORT: "0", ...env },
    cwd: tmpdir(),
  });
  children.push(child);
  let text = "";
  const ended = once(child, "close").then(([code]) => code as number | null);
  const up = new Promise<void>((resolveUp) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.includes("Gatehouse is up.") && text.includes("Health")) resolveUp();
      });
    }
  });
  await Promise.race([up, ended]);
  return { child, url: /API\s+(http:\S+)\/trpc/.exec(text)?.[1] ?? "", output: () => text, ended };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

describe("npm start", () => {
  test("says where it is and how to go on, and stops cleanly on Ctrl-C", async () => {
    const folder = await newFolder();
    const server = await start({ DATA_DIR: folder });

    expect(server.output()).toMatch(/API +http:\/\/127\.0\.0\.1:\d+\/trpc/);
    expect(server.output()).toContain("npm run -s token -- --user ada@example.com");
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);

    server.child.kill("SIGINT");
    expect(await server.ended).toBe(0);
    expect(server.output()).toContain("Gatehouse has stopped.");
  });

  test("makes an admin key that only its owner can read, and keeps it", async () => {
    const folder = await usedFolder();
    const file = join(folder, "admin-key");
    const first = await start({ DATA_DIR: folder });
    const key = (await readFile(file, "utf8")).trim();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(first.output()).not.toContain(key);
    const list = (url: string) =>
      fetch(`${url}/trpc/admin.accessCodes.list`, { headers: { "x-admin-key": key } });
    expect((await list(first.url)).status).toBe(200);
    first.child.kill("SIGTERM");
    await first.ended;

    const second = await start({ DATA_DIR: folder });
    expect((await list(second.url)).status).toBe(200);
  });

  test("refuses a second server on the same data folder, and says which process has it", async () => {
    const folder = await usedFolder();
    const first = await start({ DATA_DIR: folder });

    const second = await start({ DATA_DIR: folder });

    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(folder);
    expect(second.output()).toContain(String(first.child.pid));
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  });

  test("finishes the requests under way when it is told to stop", async () => {
    const server = await start({ DATA_DIR: await usedFolder() });
    const answers = Promise.all(Array.from({ length: 20 }, () => fetch(`${server.url}/trpc/auth.whoami`)));
    await fetch(`${server.url}/healthz`);
    server.child.kill("SIGTERM");
    for (const answer of await answers) expect(answer.status).toBe(200);
    expect(await server.ended).toBe(0);
  });

  test("does not start with a dangerous setting, and names it", async () => {
    const server = await start({ DATA_DIR: await usedFolder(), NODE_ENV: "production", CORS_ORIGINS: "*" });
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain("NODE_ENV");
    expect(server.output()).toContain("CORS_ORIGINS");
  });

  test("starts nothing local beside a real Clerk instance", async () => {
    const folder = await usedFolder();
    const server = await start({
      DATA_DIR: folder,
      CLERK_SECRET_KEY: "sk_test_abcdef",
      CLERK_ISSUER: "https://app.clerk.accounts.dev",
    });
    expect(server.output()).toContain("Gatehouse is up.");
    expect(server.output()).not.toContain("Sign-in");
    await expect(stat(join(folder, "local-clerk"))).rejects.toThrow();
    await expect(stat(join(folder, "admin-key"))).rejects.toThrow();
  });
});

testOnPostgres("five servers that start at once on an empty database migrate it once", async () => {
  const { url, drop } = await openRaceDatabase({ migrated: false });
  const servers = await Promise.all(
    Array.from({ length: 5 }, async () => start({ DATA_DIR: await newFolder(), DATABASE_URL: url })),
  );
  for (const server of servers) expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(servers.filter((each) => each.output().includes("applied a migration"))).toHaveLength(1);
  for (const server of servers) server.child.kill("SIGTERM");
  await Promise.all(servers.map((each) => each.ended));
  await drop();
});

test("a line of ours in the bundle leads to its source, and a line of a library's to none", async () => {
  const text = await readFile(join(BUNDLE, "main.js"), "utf8");
  const lines = text.split("\n");
  const map = new SourceMap(
    JSON.parse(await readFile(join(BUNDLE, "main.js.map"), "utf8")) as SourceMapPayload,
  );
  const sourceOf = (code: string): unknown => {
    const line = lines.findIndex((each) => each.includes(code));
    expect(line, code).toBeGreaterThan(0);
    const entry = map.findEntry(line, lines[line]!.length - 1);
    return "originalSource" in entry ? entry.originalSource : undefined;
  };

  expect(sourceOf("async function enterWorkspace(")).toMatch(/\/src\/access\/enter-workspace\.ts$/);
  expect(sourceOf("async function callRecursive(")).toBeUndefined();
});
