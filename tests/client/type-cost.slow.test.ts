import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readProcedures } from "../../server/src/trpc/read-procedures.ts";
import { appRouter } from "../../server/src/router.ts";
import { COMPILERS, ROOT, openFolder } from "./fixtures/type-check.ts";

const run = promisify(execFile);

const COMPILER_OPTIONS = {
  target: "ES2023",
  jsx: "react-jsx",
  lib: ["ES2023", "ES2024.String", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  paths: {
    "@gatehouse/shared": [join(ROOT, "shared/src/index.ts")],
    "@gatehouse/client": [join(ROOT, "client/src/index.ts")],
    "@gatehouse/client/react": [join(ROOT, "client/src/react.ts")],
  },
};

/** How many types the compiler makes for a frontend of one file. It is the same number on every machine. */
async function instantiations(compiler: string, source: string): Promise<number> {
  const tsconfig = { compilerOptions: { ...COMPILER_OPTIONS, types: ["node"] }, files: ["app.ts"] };
  const folder = await openFolder(
    new Map([
      ["app.ts", source],
      ["tsconfig.json", JSON.stringify(tsconfig)],
    ]),
  );
  const args = [compiler, "-p", folder, "--extendedDiagnostics"];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  const [, count = ""] = /^Instantiations:\s*(\d+)/m.exec(stdout) ?? [];
  return Number(count);
}

/** How each kind of procedure is called. */
const CALLS = { query: "query", mutation: "mutate", subscription: "subscribe" } as const;

/** The same, as pages with React use them. */
const OPTIONS = { query: "queryOptions", mutation: "mutationOptions", subscription: "queryKey" } as const;

const procedures = readProcedures(appRouter);
const calls = procedures.map(({ path, kind }) => `void api.${path}.${CALLS[kind]};`);

test.each(Object.entries(COMPILERS))(
  "a frontend that calls every procedure costs %s a tenth of the router's type, at most",
  async (_, compiler) => {
    const own = [
      'import type { AdminApi, Api } from "@gatehouse/client";',
      "const api = {} as Api & AdminApi;",
      ...calls,
    ].join("\n");
    const inferred = [
      'import type { TRPCClient } from "@trpc/client";',
      `import type { AppRouter } from ${JSON.stringify(join(ROOT, "server/src/router.ts"))};`,
      "const api = {} as TRPCClient<AppRouter>;",
      ...calls,
    ].join("\n");

    const uses = procedures.map(
      ({ path, kind }) => `void ${OPTIONS[kind]}(api.${path}${kind === "query" ? ", {} as never" : ""});`,
    );
    const withReact = [
      'import type { AdminApi, Api } from "@gatehouse/client";',
      'import { mutationOptions, queryKey, queryOptions } from "@gatehouse/client/react";',
      "const api = {} as Api & AdminApi;",
      ...uses,
    ].join("\n");

    const printedCost = await instantiations(compiler, own);
    const inferredCost = await instantiations(compiler, inferred);

    const reactCost = await instantiations(compiler, withReact);

    expect(printedCost).toBeGreaterThan(0);
    expect(reactCost).toBeLessThan(inferredCost / 10);
    expect(printedCost).toBeLessThan(inferredCost / 10);
  },
  120_000,
);
