import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { COMPILERS, ROOT, complaintsOf, openFolder } from "../client/fixtures/type-check.ts";
import { testServer } from "../support/server.ts";
import { run } from "../support/shell.ts";
import { openWorld } from "../support/world.ts";

/** openapi-typescript asks for the compiler's old interface, which TypeScript 7 no longer has. */
const WITH_TYPESCRIPT_5 = `data:text/javascript,${encodeURIComponent(`
  import { register } from "node:module";
  const hook = "export const resolve = (name, context, next) => next(name === 'typescript' ? 'typescript-5' : name, context)";
  register("data:text/javascript," + encodeURIComponent(hook));
`)}`;

/** What somebody writes who knows nothing of us but the description. */
const SCRIPT = `
import createClient from "openapi-fetch";
import type { components, paths } from "./api.ts";

export async function story(baseUrl: string, token: string) {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: "Bearer " + token } });

  const made = await client.POST("/api/v1/projects", { body: { name: "Atlas" } });
  if (made.data === undefined) throw new Error(made.error.detail);
  const project: components["schemas"]["Project"] = made.data;

  const page = await client.GET("/api/v1/projects", { params: { query: { limit: 10 } } });
  const names: string[] = (page.data?.items ?? []).map((each) => each.name);

  const change = (version: string) =>
    client.PATCH("/api/v1/projects/{project_id}", {
      params: { path: { project_id: project.id }, header: { "If-Match": version } },
      body: { description: "Rockets" },
    });
  const changed = await change('"1"');
  const refused = await change('"1"');

  // @ts-expect-error a project has no such field
  project.colour;
  // @ts-expect-error a name is text
  void (() => client.POST("/api/v1/projects", { body: { name: 7 } }));
  // @ts-expect-error there is no such path
  void (() => client.GET("/api/v1/nothing"));

  return { names, description: changed.data?.description, code: refused.error?.code };
}
`;

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: "ES2023",
    lib: ["ES2023", "DOM"],
    types: [],
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    rewriteRelativeImportExtensions: true,
    rootDir: ".",
    outDir: "out",
  },
  include: ["*.ts"],
});

let types: string;
beforeAll(async () => {
  const cli = join(ROOT, "node_modules/openapi-typescript/bin/cli.js");
  const description = await readFile(join(ROOT, "docs/openapi.json"), "utf8");
  types = await run(process.execPath, ["--import", WITH_TYPESCRIPT_5, cli], description);
});

test("other people's generator makes types that their compiler accepts, and calls that work", async () => {
  const { people } = await openWorld({ ada: "owner" });
  const { url } = await testServer();
  const folder = await openFolder(
    new Map([
      ["package.json", '{ "type": "module" }'],
      ["tsconfig.json", TSCONFIG],
      ["api.ts", types],
      ["script.ts", SCRIPT],
    ]),
  );

  expect(await complaintsOf(COMPILERS["TypeScript 7"], folder)).toEqual([]);
  const { story } = (await import(pathToFileURL(join(folder, "out/script.js")).href)) as {
    story: (url: string, token: string) => Promise<unknown>;
  };

  expect(await story(url, people.ada.token)).toEqual({
    names: ["Atlas"],
    description: "Rockets",
    code: "VERSION_CONFLICT",
  });
});
