import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openTokenServer } from "./fixtures/token-server.ts";
import { COMPILERS, ROOT } from "./fixtures/type-check.ts";

const run = promisify(execFile);

/** What a page may cost before a line of its own is written. */
const MOST_GZIPPED_BYTES = 15 * 1_024;

/** A frontend's folder, where imports of packages find the built client. */
let folder: string;
beforeAll(async () => {
  await run(process.execPath, [COMPILERS["TypeScript 7"], "-b", join(ROOT, "client")]);
  const cache = join(ROOT, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, "client-bundle-"));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What Vite makes of one file, for browsers. What a page with React has anyway is left out. */
async function bundle(source: string): Promise<string> {
  await writeFile(join(folder, "app.js"), source);
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      rollupOptions: { input: join(folder, "app.js"), external: [/^react/, /^@tanstack\//] },
    },
  });
  const [chunk] = "output" in built ? built.output : [];
  if (chunk?.type !== "chunk") throw new Error("Vite made no code");
  return chunk.code;
}

const gzippedBytes = (code: string): number => gzipSync(code).length;

test("all of the client weighs less than 15 KB in a bundle", async () => {
  const code = await bundle('import * as client from "@gatehouse/client"; globalThis.client = client;');

  expect(gzippedBytes(code)).toBeGreaterThan(5_000);
  expect(gzippedBytes(code)).toBeLessThan(MOST_GZIPPED_BYTES);
});

test("what is there for React adds less than 3 KB, and nothing to a page without it", async () => {
  const core = 'import * as client from "@gatehouse/client"; globalThis.client = client;';
  const alone = await bundle(core);
  const both = await bundle(
    `${core} import * as hooks from "@gatehouse/client/react"; globalThis.hooks = hooks;`,
  );

  expect(alone).not.toContain("useEffect");
  expect(both).toContain("useEffect");
  expect(gzippedBytes(both) - gzippedBytes(alone)).toBeLessThan(3 * 1_024);
});

test("a page that uses one small part carries that part only", async () => {
  const code = await bundle(
    'import { can } from "@gatehouse/client"; globalThis.may = can("viewer", "projects:write");',
  );

  expect(gzippedBytes(code)).toBeLessThan(1_500);
});

test("a bundle calls a server with nothing else beside it", async () => {
  const server = await openTokenServer();
  onTestFinished(() => server.close());
  const page = `
    import { createClient } from "@gatehouse/client";
    const [url, token] = process.argv.slice(2);
    const { name } = await createClient({ url, getToken: () => token }).me.get.query();
    console.log(name);`;
  await writeFile(join(folder, "page.mjs"), await bundle(page));

  const args = [join(folder, "page.mjs"), server.url, server.mint("ada", 60)];
  const { stdout } = await run(process.execPath, args);

  expect(stdout.trim()).toBe("ada");
});

test("the package is under the project's licence", async () => {
  const [own, projects] = await Promise.all(
    ["client/LICENSE", "LICENSE"].map((file) => readFile(join(ROOT, file), "utf8")),
  );
  expect(own).toBe(projects);
});
