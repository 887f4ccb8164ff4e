import { join } from "node:path";
import { expect, test } from "vitest";
import { printClient } from "../../server/src/cli/generate/print-client.ts";
import { readProcedures } from "../../server/src/trpc/read-procedures.ts";
import { appRouter } from "../../server/src/router.ts";
import { COMPILERS, ROOT, complaintsOf, openFolder } from "./fixtures/type-check.ts";

/** Compares, under the compiler, what is printed with what tRPC infers; answers the places that differ. */
async function differencesOf(client: ReadonlyMap<string, string>): Promise<string[]> {
  const checks = comparisons();
  const lines = [...HEAD, ...checks.map(({ type }, index) => `export type Check${index} = Must<${type}>;`)];
  const files = [...client].map(([name, text]) => [`generated/${name}`, text] as const);
  const folder = await openFolder(
    new Map([...files, ["checks.ts", lines.join("\n")], ["tsconfig.json", JSON.stringify(TSCONFIG)]]),
  );
  const complaints = await complaintsOf(COMPILERS["TypeScript 7"], folder);
  const ours = complaints.filter(({ file }) => /^(checks|generated)/.test(file));
  return ours.map(
    ({ file, line, text }) => checks[line - 1 - HEAD.length]?.place ?? `${file}:${line} ${text}`,
  );
}

/** One comparison for each input and output of each procedure, in each kind of client that has it. */
function comparisons(): { place: string; type: string }[] {
  return readProcedures(appRouter).flatMap(({ path, guard }) => {
    const at = path
      .split(".")
      .map((name) => `[${JSON.stringify(name)}]`)
      .join("");
    const mine = guard === "workspace" ? `Named<Inputs${at}>` : `Inputs${at}`;
    const inWorkspace = `Same<Given<InputOf<WorkspaceApi${at}>>, Given<Unnamed<Inputs${at}>>>`;
    return [
      { place: `${path} input`, type: `Same<Given<InputOf<Api${at}>>, Given<${mine}>>` },
      { place: `${path} output`, type: `Same<OutputOf<Api${at}>, Yielded<Outputs${at}>>` },
      ...(guard === "workspace" ? [{ place: `${path} input in a workspace`, type: inWorkspace }] : []),
    ];
  });
}

const HEAD = [
  'import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";',
  `import type { AppRouter } from ${JSON.stringify(join(ROOT, "server/src/router.ts"))};`,
  'import type { Api, WorkspaceApi } from "./generated/api.ts";',
  'import type { InputOf, OutputOf } from "./generated/call.ts";',
  "type Inputs = inferRouterInputs<AppRouter>;",
  "type Outputs = inferRouterOutputs<AppRouter>;",
  // The server lets keys leave the workspace out; users have to name it.
  'type Named<Input> = Omit<Input, "workspaceId"> & { workspaceId: string };',
  'type Unnamed<Input> = keyof Input extends "workspaceId" ? void : Omit<Input, "workspaceId">;',
  "type Given<Input> = Exclude<Input, void | undefined>;",
  // A subscription answers a stream, of which the client hands on each piece.
  "type Yielded<Output> = Output extends AsyncIterable<infer Piece> ? (Piece extends { id: string; data: infer Data } ? Data : Piece) : Output;",
  "type IsAny<Type> = 0 extends 1 & Type ? true : false;",
  // With its optional fields spelt out, a type that lacks one of them is no longer assignable.
  "type Spelt<Type> = Type extends readonly unknown[]",
  "  ? { [Key in keyof Type]: Spelt<Type[Key]> }",
  "  : Type extends object",
  '    ? { [Key in keyof Type]-?: [Spelt<Exclude<Type[Key], undefined>>, undefined extends Type[Key] ? "may" : "must"] }',
  "    : Type;",
  "type Fits<A, B> = [Spelt<A>] extends [Spelt<B>] ? true : false;",
  "type Same<A, B> = true extends IsAny<A> | IsAny<B> ? false : Fits<A, B> | Fits<B, A>;",
  "type Must<Yes extends true> = Yes;",
];

const TSCONFIG = {
  compilerOptions: {
    target: "ES2023",
    lib: ["ES2023", "DOM"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: { "@gatehouse/shared": [join(ROOT, "shared/src/index.ts")] },
  },
  include: ["./**/*.ts"],
};

const client = printClient(appRouter);

/** The client after somebody has changed one line of it, or the server has moved on without it. */
function drifted(file: string, from: RegExp, to: string): Map<string, string> {
  const text = client.get(file) ?? "";
  expect(text).toMatch(from);
  return new Map([...client, [file, text.replace(from, to)]]);
}

test("every printed procedure takes and answers what the server's does", async () => {
  expect(await differencesOf(client)).toEqual([]);
}, 60_000);

test("a field of another type is noticed wherever it is answered", async () => {
  const differing = await differencesOf(
    drifted("types.ts", /hasProductAccess: boolean/, "hasProductAccess: string"),
  );

  expect(differing).toContain("me.get output");
  expect(differing).toContain("accessCodes.redeem output");
  expect(differing).not.toContain("projects.get output");
}, 60_000);

test("an optional field that is missing is noticed", async () => {
  const differing = await differencesOf(
    drifted("types.ts", /(interface ProjectsUpdateFields \{[^}]*)version\?: number;/, "$1"),
  );

  expect(differing).toEqual(["projects.update input", "projects.update input in a workspace"]);
}, 60_000);

test("a procedure that is missing is noticed", async () => {
  const differing = await differencesOf(drifted("api.ts", /\n {2}redeem: [^\n]*/, ""));

  expect(differing).toEqual(["accessCodes.redeem input", "accessCodes.redeem output"]);
}, 60_000);
