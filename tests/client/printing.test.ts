import { ERRORS, PERMISSIONS, ROLES, can as canOnServer } from "@gatehouse/shared";
import { can } from "@gatehouse/client";
import { initTRPC } from "@trpc/server";
import type { AnyRouter } from "@trpc/server";
import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { differingFiles, writeDiffering } from "../../server/src/cli/generate/client-folder.ts";
import { printClient } from "../../server/src/cli/generate/print-client.ts";
import { appRouter } from "../../server/src/router.ts";
import type { ProcedureMeta } from "../../server/src/trpc/init.ts";
import { ROOT, openFolder } from "./fixtures/type-check.ts";
import { zooRouter } from "./fixtures/zoo-router.ts";

const t = initTRPC.meta<ProcedureMeta>().create();
/** A run on the sources, so that no build has to come first. */
const ON_SOURCES = { compilerOptions: { paths: { "@gatehouse/shared": [`${ROOT}shared/src/index.ts`] } } };

function printed(router: AnyRouter, file: string): string {
  return printClient(router).get(file) ?? "";
}

/** A router with one public procedure. */
function routerOf(input: z.ZodType, output: z.ZodType = z.object({})): AnyRouter {
  return t.router({
    zoo: {
      find: t.procedure
        .meta({ guard: "public", summary: "Find" })
        .input(input)
        .output(output)
        .query(() => ({})),
    },
  });
}

describe("the printed client", () => {
  test("imports nothing but its own files", () => {
    for (const text of printClient(appRouter).values()) {
      const sources = [...text.matchAll(/(?:from|import\()\s*"([^"]*)"/g)].map(([, source]) => source);
      expect(sources.filter((source) => !/^\.\/\w+\.ts$/.test(source ?? ""))).toEqual([]);
    }
  });

  test("is the same in every run, whatever the clock and the language", async () => {
    const again =
      "import('./server/src/cli/generate/print-client.ts').then(async ({ printClient }) => " +
      "console.log(JSON.stringify([...printClient((await import('./server/src/router.ts')).appRouter)])))";
    const folder = await openFolder(new Map([["tsconfig.json", JSON.stringify(ON_SOURCES)]]));
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", again], {
      cwd: ROOT,
      env: {
        ...process.env,
        TZ: "Pacific/Apia",
        LANG: "tr_TR.UTF-8",
        TSX_TSCONFIG_PATH: `${folder}/tsconfig.json`,
      },
    });

    expect(JSON.parse(stdout)).toEqual([...printClient(appRouter)]);
  });

  test("in the repository is what the router says", async () => {
    expect(await differingFiles(printClient(appRouter))).toEqual([]);
  });

  test("is written where it differs, and nothing of an older one stays behind", async () => {
    const folder = await openFolder(new Map([["gone.ts", "// of a procedure that was removed"]]));
    const client = printClient(zooRouter);

    expect(await writeDiffering(client, folder)).toEqual([...client.keys(), "gone.ts"].toSorted());

    expect(await readdir(folder)).toEqual([...client.keys()].toSorted());
    expect(await writeDiffering(client, folder)).toEqual([]);
    await writeFile(`${folder}/api.ts`, "// changed by hand");
    expect(await differingFiles(client, folder)).toEqual(["api.ts"]);
  });

  test("says of each procedure what it does, who may call it, where its REST twin is and how it refuses", () => {
    expect(printed(zooRouter, "api.ts")).toContain(`
  /**
   * Feed one.
   *
   * Workspace procedure, needs \`projects:write\`.
   * Refuses with \`NOT_FOUND\`, \`VERSION_CONFLICT\`, beside {@link WorkspaceErrors}.
   */
  feed: Mutation<ZooFeedInput, ZooFeedOutput, WorkspaceErrors | "NOT_FOUND" | "VERSION_CONFLICT">;`);
    expect(printed(zooRouter, "api.ts")).toContain("REST: `GET /api/v1/zoo`");
  });

  test("has the workspace where a user must name it, and not where it is filled in", () => {
    const types = printed(zooRouter, "types.ts");
    const api = printed(zooRouter, "api.ts");
    const bound = api.slice(
      api.indexOf("export interface WorkspaceZooClient"),
      api.indexOf("export interface WorkspaceApi"),
    );

    expect(types).toContain("export interface ZooFeedFields {\n  animalId: string;\n}");
    expect(types).toMatch(/interface ZooFeedInput extends ZooFeedFields \{[^}]*workspaceId: string;/);
    expect(bound).toContain("feed: Mutation<ZooFeedFields, ZooFeedOutput");
    expect(bound).not.toContain("keepers");
  });

  test("lets an input be left out that may be empty", () => {
    expect(printed(zooRouter, "api.ts")).toContain(
      "find: Query<ZooFindInput | void, ZooFindOutput, PublicErrors>",
    );
    expect(printed(zooRouter, "api.ts")).toContain("list: Query<void, ZooKeepersListOutput, AdminErrors>");
  });

  test("carries descriptions, limits, defaults and instants in doc comments", () => {
    const types = printed(zooRouter, "types.ts");

    expect(types).toContain(
      "  /**\n   * How many.\n   * 1 to 100.\n   * @default 20\n   */\n  limit?: number;",
    );
    expect(types).toContain("/** An instant in UTC, ISO 8601. */\n  createdAt: string;");
    expect(types).toContain("/** Any animal. */\nexport interface Animal {");
  });

  test("cannot be ended from inside a comment", () => {
    expect(printed(zooRouter, "types.ts")).toContain("When it was last seen *\\/ or null.");
  });

  test("keeps fields in the order of the source and unions in that of the alphabet", () => {
    const types = printed(zooRouter, "types.ts");

    expect(types.indexOf("seenAt")).toBeLessThan(types.indexOf("places"));
    expect(types).toContain('kinds?: ("land" | "sea")[];');
    expect(types).toContain("mixed: (number | string | null)[];");
    expect(types).toContain('counts: Partial<Record<"old" | "young", number>>;');
    expect(types).toContain("young: Animal[];");
    expect(types).toContain('"odd-key": boolean;');
  });

  test("has the whole catalogue with each code's status and title", () => {
    const errors = printed(zooRouter, "errors.ts");

    for (const [code, { status, title }] of Object.entries(ERRORS)) {
      expect(errors).toContain(`  ${code}: { status: ${status}, title: "${title}" },`);
    }
  });

  test("decides about roles as the server does", () => {
    for (const role of ROLES) {
      for (const permission of PERMISSIONS) expect(can(role, permission)).toBe(canOnServer(role, permission));
    }
    expect(can(null, "workspace:read")).toBe(false);
  });
});

describe("what cannot be printed", () => {
  test.each([
    ["a date", z.strictObject({ at: z.date() }), "zoo.find input"],
    ["a transform in the answer", z.strictObject({}), "zoo.find output"],
    ["an input that is no object", z.string(), "zoo.find input"],
    [
      "further keys of one type",
      z.object({ inner: z.object({ a: z.string() }).catchall(z.number()) }),
      "zoo.find input.inner",
    ],
    [
      "a keyword of nobody's",
      z.strictObject({ name: z.string().meta({ sortOf: 1 }) }),
      "zoo.find input.name",
    ],
    ["a file", z.strictObject({ photo: z.file() }), "zoo.find input.photo"],
    [
      "a name that is no name",
      z.strictObject({ a: z.object({}).meta({ id: "not a name" }) }),
      "zoo.find input",
    ],
    ["free JSON without a name", z.strictObject({ data: z.json() }), "zoo.find input"],
  ])("is refused with its place: %s", (what, input, place) => {
    const output = what.endsWith("answer") ? z.string().transform((text) => text.length) : z.object({});

    expect(() => printClient(routerOf(input, output))).toThrow(place);
  });

  test("is one name for two types", () => {
    const named = z.object({ a: z.string() }).meta({ id: "ZooFindInput" });
    const router = routerOf(z.strictObject({ a: z.string().describe("another one") }), z.array(named));

    expect(() => printClient(router)).toThrow('"ZooFindInput" would be two different types');
  });

  test("is a procedure that does not say what it needs", () => {
    const bare = t.procedure.input(z.strictObject({})).output(z.object({}));
    const unsaid = t.router({ zoo: { find: bare.query(() => ({})) } });
    const unpermitted = t.router({
      zoo: { find: bare.meta({ guard: "workspace", summary: "Find" }).query(() => ({})) },
    });
    const homeless = t.router({
      zoo: {
        find: bare
          .meta({ guard: "workspace", summary: "Find", permission: "projects:read" })
          .query(() => ({})),
      },
    });

    expect(() => printClient(unsaid)).toThrow("zoo.find: its metadata is not complete");
    expect(() => printClient(unpermitted)).toThrow("zoo.find: workspace procedures have a permission");
    expect(() => printClient(homeless)).toThrow("zoo.find input: a workspace procedure takes workspaceId");
  });
});
