import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everyProcedure } from "../support/procedures.ts";
import { ADMIN_KEY, openProduct } from "./fixtures/product.ts";
import { COMPILERS, ROOT, complaintsOf } from "./fixtures/type-check.ts";

const run = promisify(execFile);

/** A frontend of somebody else: an empty folder, into which the packed client is installed. */
let frontend: string;

beforeAll(async () => {
  frontend = await mkdtemp(join(tmpdir(), "frontend-"));
  await run(process.execPath, [COMPILERS["TypeScript 7"], "-b", join(ROOT, "client")]);
  // Its two dependencies are packed from what is installed here, so that no registry is needed.
  const packed = ["client", "node_modules/@trpc/client", "node_modules/@trpc/server"];
  await run("npm", ["pack", "--ignore-scripts", ...packed.map((name) => join(ROOT, name))], {
    cwd: frontend,
  });
  const tarballs = (await readdir(frontend))
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => `./${name}`);
  await write({ "package.json": JSON.stringify({ name: "frontend", private: true, type: "module" }) });
  const quietly = ["--offline", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...quietly, ...tarballs], { cwd: frontend });
}, 120_000);
afterAll(() => rm(frontend, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(frontend, name), text);
}

/** The files that a consumer's compiler reads, from the package's own entry on. */
async function declarations(file: string, read = new Map<string, string>()): Promise<Map<string, string>> {
  if (read.has(file)) return read;
  const text = await readFile(file, "utf8");
  read.set(file, text);
  for (const source of importsOf(text).filter((name) => name.startsWith("."))) {
    await declarations(join(dirname(file), source.replace(/\.ts$/, ".d.ts")), read);
  }
  return read;
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport\()\s*["']([^"']+)["']/g)].map(([, source = ""]) => source);
}

describe("the installed package", () => {
  test("brings the two packages that it declares, and nothing else", async () => {
    const lock = await readFile(join(frontend, "node_modules/.package-lock.json"), "utf8");
    const installed = [...lock.matchAll(/"node_modules\/([^"]+)": \{/g)].map(([, name]) => name);

    expect(installed).toEqual(["@gatehouse/client", "@trpc/client", "@trpc/server"]);
  });

  test("has declarations that import nothing but each other", async () => {
    const files = await declarations(join(frontend, "node_modules/@gatehouse/client/dist/index.d.ts"));

    const foreign = [...files.values()].flatMap(importsOf).filter((source) => !source.startsWith("."));
    expect(foreign).toEqual([]);
    expect(files.size).toBeGreaterThan(8);
  });

  test("carries its readme and its sources, and no build files", async () => {
    const files = await readdir(join(frontend, "node_modules/@gatehouse/client"), { recursive: true });

    expect(files).toContain("README.md");
    expect(files).toContain("src/create-client.ts");
    expect(files.filter((name) => name.includes("tsbuildinfo"))).toEqual([]);
  });

  test("tells the story of a new user against a running server", async () => {
    const { url, token } = await openProduct();
    await write({ "story.js": STORY });

    const { stdout } = await run(process.execPath, ["story.js", url, token, ADMIN_KEY], { cwd: frontend });

    expect(JSON.parse(stdout)).toEqual({
      name: "Ada",
      refused: "ACCESS_REQUIRED",
      projects: ["Atlas"],
      renamed: "Borealis",
      gone: "NOT_FOUND",
    });
  }, 120_000);
});

const STORY = `
import { createClient, errorOf } from "@gatehouse/client";
const [url, token, adminKey] = process.argv.slice(2);
const admin = createClient({ url, adminKey });
const api = createClient({ url, getToken: () => token });
const codeOf = (error) => errorOf(error).code;

const { name } = await api.me.get.query();
const refused = await api.workspaces.create.mutate({ name: "Maps" }).catch(codeOf);
const { code } = await admin.admin.accessCodes.create.mutate();
await api.accessCodes.redeem.mutate({ code });
const { id: workspaceId } = await api.workspaces.create.mutate({ name: "Maps" });
const { projects } = api.workspace(workspaceId);
const { id: projectId } = await projects.create.mutate({ name: "Atlas" });
const { items } = await api.projects.list.query({ workspaceId });
const { name: renamed } = await projects.update.mutate({ projectId, name: "Borealis" });
await projects.delete.mutate({ projectId });
const gone = await projects.get.query({ projectId }).catch(codeOf);
console.log(JSON.stringify({ name, refused, projects: items.map((item) => item.name), renamed, gone }));
`;

/** The codes that a procedure declares beside those that every call can answer. */
function ownErrorsOf(path: string): readonly string[] {
  const procedure = everyProcedure().find((each) => each.path === path);
  return procedure?.meta.errors ?? [];
}

/** What a frontend may write. */
const GOOD = `
import { can, createClient, errorOf, isAbortError, isApiError, isNetworkError } from "@gatehouse/client";
import type { ErrorsOf, InputOf, OutputOf, Project } from "@gatehouse/client";

const api = createClient({ url: "https://api.example.com", getToken: async (options) => options?.skipCache ? "fresh" : null });
const workspaceId = "01980000-0000-7000-8000-000000000001";

export async function showProjects(signal: AbortSignal): Promise<Project[]> {
  const { items } = await api.projects.list.query({ workspaceId }, { signal });
  const same: Project[] = (await api.workspace(workspaceId).projects.list.query()).items;
  const workspaces = await api.workspaces.list.query();
  return can(workspaces.items[0]?.role ?? null, "projects:read") ? items : same;
}

export type Form = InputOf<typeof api.workspaces.create>;
export const form: Form = { name: "Atlas" };
export type Answer = OutputOf<typeof api.workspaces.create>;
export const slugOf = (answer: Answer): string => answer.slug;

type Own = Exclude<ErrorsOf<typeof api.workspaces.create>, ErrorsOf<typeof api.me.get>>;

export function explain(code: Own): string {
  switch (code) {
${ownErrorsOf("workspaces.create")
  .map((code) => `    case "${code}": return "What to do about ${code}";`)
  .join("\n")}
  }
}

export function notice(error: unknown): string {
  if (isApiError(error, "ACCESS_REQUIRED", "SLUG_TAKEN")) return explain(error.code);
  if (isNetworkError(error) || isAbortError(error)) return error.message;
  const { code, fields } = errorOf<typeof api.projects.get>(error);
  return code === "NOT_FOUND" ? "Gone." : fields.map(({ path }) => path).join();
}

export const ofKey = createClient({ url: "https://api.example.com", apiKey: "gk_1" }).projects.create.mutate({ name: "Atlas" });
export const ofAdmin = createClient({ url: "https://api.example.com", adminKey: "key" }).admin.accessCodes.create.mutate();
`;

const BAD_HEAD = [
  'import { can, createClient, errorOf, isApiError } from "@gatehouse/client";',
  'const workspaceId = ""; const api = createClient({ url: "" });',
];

/** What it may not, each on a line of its own. */
const BAD = [
  'api.projects.list.query({ workspaceId, colour: "red" });',
  "api.projects.list.query();",
  "api.projects.list.mutate({ workspaceId });",
  'api.workspace(workspaceId).projects.create.mutate({ name: "Atlas", workspaceId });',
  'createClient({ url: "", apiKey: "gk_1" }).me;',
  'createClient({ url: "", adminKey: "key" }).projects;',
  'createClient({ url: "", apiKey: "gk_1", adminKey: "key" });',
  'errorOf<typeof api.me.get>(0).code === "SLUG_TAKEN";',
  'isApiError(0, "NO_SUCH_CODE");',
  'can("owner", "projects:paint");',
];

const OPTIONS = {
  strict: true,
  noEmit: true,
  noImplicitReturns: true,
  target: "es2022",
  lib: ["es2022", "dom"],
  types: [],
  // On purpose: the declarations themselves have to be right.
  skipLibCheck: false,
};

/** What the examples of the readme's chapter on React take for granted. */
const ASSUMED = `
import type { Api } from "@gatehouse/client";
import { WorkspaceProvider, infiniteQueryOptions, mutationOptions, queryKey, queryOptions, useApi, useCan, useWorkspace, useWorkspaceEvents } from "@gatehouse/client/react";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
declare const queryClient: QueryClient;
declare const workspaceId: string, projectId: string, id: string | null;
`;

/** The examples of a chapter, each as a file of its own. */
async function examplesOf(chapter: string): Promise<Record<string, string>> {
  const readme = await readFile(join(frontend, "node_modules/@gatehouse/client/README.md"), "utf8");
  const [, text = ""] = readme.split(new RegExp(`^## ${chapter}$`, "m"));
  const [own = ""] = text.split(/^## /m);
  const examples = [...own.matchAll(/^```tsx\n(.*?)^```$/gms)].map(([, code = ""]) => code);
  expect(examples.length).toBeGreaterThan(4);
  return Object.fromEntries(
    examples.map((code, index) => {
      const assumed = code.startsWith("import ") ? "" : ASSUMED;
      const api = /^import |const api =/.test(code) ? "" : "declare const api: Api;";
      return [`example${index}.tsx`, [assumed, api, code, "export {};"].join("\n")];
    }),
  );
}

describe("a frontend with React", () => {
  test("compiles every example of the readme as it is written", async () => {
    const modules = join(frontend, "node_modules");
    await mkdir(join(modules, "@types"), { recursive: true });
    for (const name of ["react", "@types/react", "csstype", "@tanstack", "@clerk"])
      await symlink(join(ROOT, "node_modules", name), join(modules, name));
    const examples = await examplesOf("React");
    const compilerOptions = {
      ...OPTIONS,
      module: "esnext",
      moduleResolution: "bundler",
      jsx: "react-jsx",
      skipLibCheck: true,
    };
    const files = Object.keys(examples);
    await write({
      ...examples,
      "tsconfig.json": JSON.stringify({ compilerOptions, files }),
    });

    for (const compiler of Object.values(COMPILERS))
      expect(await complaintsOf(compiler, frontend)).toEqual([]);
  });
});

describe.each(Object.entries(COMPILERS))("a frontend under %s", (_, compiler) => {
  test.each(["bundler", "nodenext"])(
    "type-checks with %s resolution, a complete switch over a procedure's codes is enough, and it is told of every mistake",
    async (moduleResolution) => {
      const module = moduleResolution === "bundler" ? "esnext" : "nodenext";
      const compilerOptions = { ...OPTIONS, module, moduleResolution };
      await write({
        "good.ts": GOOD,
        "bad.ts": [...BAD_HEAD, ...BAD].join("\n"),
        "tsconfig.json": JSON.stringify({ compilerOptions, files: ["good.ts", "bad.ts"] }),
      });

      const complaints = await complaintsOf(compiler, frontend);

      expect(complaints.filter(({ file }) => file !== "bad.ts")).toEqual([]);
      const noticed = new Set(complaints.map(({ line }) => BAD[line - 1 - BAD_HEAD.length]));
      expect(BAD.filter((line) => !noticed.has(line))).toEqual([]);
    },
    120_000,
  );
});
