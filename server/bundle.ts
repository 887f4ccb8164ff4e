import { decode, encode } from "@jridgewell/sourcemap-codec";
import type { SourceMapSegment } from "@jridgewell/sourcemap-codec";
import { build } from "esbuild";
import type { OutputFile, Plugin } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Puts the server and its libraries into a few files beside `dist`, which Node reads in a third of the time: `npm start`
 * runs them. What is loaded only where it is configured stays a file of its own. Names stay as they are written, and maps
 * lead from our own lines in a stack trace to the sources.
 *
 * `dist` itself stays as it is, for whoever imports the package.
 */
const SERVER = fileURLToPath(new URL(".", import.meta.url));
const FOLDER = join(SERVER, "dist/bundle");

/** Its libraries that read files which lie beside them, and what `pg` would take if it were there. */
const APART = ["@electric-sql/pglite", "swagger-ui-dist", "pg-native"];

/** Whoever gives a command runs `dist`. In here they would only break the file that a server reads into several. */
const COMMANDS = join(SERVER, "src/cli/commands.ts");

/** Libraries in the old format ask for Node's modules with `require`, which a module has not. */
const REQUIRE = `import { createRequire as createRequireOfBundle } from "node:module";
const require = createRequireOfBundle(import.meta.url);`;

const libraries: Plugin = {
  name: "libraries",
  setup: (bundle) => {
    bundle.onLoad({ filter: /\/node_modules\/.*\.[cm]?js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return { contents: withNativeSpread(onlyEnglish(text, path), path), loader: "js" };
    });
  },
};

/**
 * Prisma's compiler is published as a text that would stay in memory three times: the file, the string in it and what that
 * says. Here it is a file of its own, which is read when Prisma wants it. `Buffer.from` asks an object for its value.
 */
const COMPILER_AS_A_FILE = `import { readFileSync } from "node:fs";
import file from "compiler.wasm";
export const wasm = { valueOf: () => readFileSync(new URL(file, import.meta.url)) };`;
const compiler: Plugin = {
  name: "compiler",
  setup: (bundle) => {
    let bytes = Buffer.alloc(0);
    bundle.onLoad({ filter: /\.wasm-base64\.mjs$/ }, async ({ path }) => {
      const [, base64 = ""] = /"([\w+/=]{1000,})"/.exec(await readFile(path, "utf8")) ?? [];
      bytes = Buffer.from(base64, "base64");
      return { contents: COMPILER_AS_A_FILE, loader: "js" };
    });
    bundle.onResolve({ filter: /^compiler\.wasm$/ }, ({ path }) => ({ path, namespace: "compiler" }));
    bundle.onLoad({ filter: /./, namespace: "compiler" }, () => ({ contents: bytes, loader: "file" }));
  },
};

/** zod's errors in fifty languages weigh as much as zod. We show one. */
function onlyEnglish(text: string, path: string): string {
  return path.endsWith("zod/v4/locales/index.js") ? 'export { default as en } from "./en.js";' : text;
}

const SPREAD_HELPER = /function _objectSpread2\(e\) \{[^]*?\n\}/;
/** `{ ...opts, meta: … }` as it is published: copied once by itself and then once more. */
const TWO_COPIES = /_objectSpread2\(_objectSpread2\(\{\}, ([\w.]+)\), (?:\{\}, )?/g;
const CALL_OF_A_MIDDLEWARE = "await middleware(_objectSpread2(opts, ";
let helpersReplaced = 0;
let callsReplaced = 0;

/**
 * tRPC is published for engines without `{ ...object }` and copies by a helper, for each middleware of each call: a
 * third of what a short call costs. All of its callers hand the helper a fresh object and go on with what it returns.
 */
function withNativeSpread(text: string, path: string): string {
  if (!path.includes("/@trpc/server/")) return text;
  if (SPREAD_HELPER.test(text)) helpersReplaced += 1;
  const native = text
    .replace(
      SPREAD_HELPER,
      "function _objectSpread2(e, ...more) {\n\treturn Object.assign({ ...e }, ...more);\n}",
    )
    .replaceAll(TWO_COPIES, "_objectSpread2($1, ");
  if (native.includes(CALL_OF_A_MIDDLEWARE)) callsReplaced += 1;
  return native;
}

/** Maps are read at each start. Nobody follows a trace into a library's lines, so these stay as they are. */
function withoutLibraries({ path, text }: OutputFile): string {
  if (!path.endsWith(".map")) return text;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- esbuild has just written it
  const map = JSON.parse(text) as { sources: string[]; mappings: string };
  const isOurs = map.sources.map((source) => !/\/(node_modules|generated)\//.test(source));
  const lines = decode(map.mappings).map((line) =>
    line
      .map((segment): SourceMapSegment => (isOurs[segment[1] ?? -1] === true ? segment : [segment[0]]))
      // One that says "no source" holds up to the next that names one.
      .filter((segment, at, all) => segment.length > 1 || at === 0 || all[at - 1]?.length !== 1),
  );
  return JSON.stringify({ ...map, names: [], mappings: encode(lines) });
}

/**
 * esbuild writes ASCII wherever it means something; what is left stands in comments of libraries. One dash there, and V8
 * keeps the whole file with two bytes for each letter.
 */
function narrow(text: string): string {
  return text.replaceAll(/[^\0-\x7F]/g, "?");
}

await rm(FOLDER, { recursive: true, force: true });
const { outputFiles } = await build({
  entryPoints: [join(SERVER, "src/main.ts")],
  outdir: FOLDER,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // V8 keeps the text of a file for as long as the program runs. Lines stay short enough to be shown with an error.
  minifyWhitespace: true,
  lineLimit: 200,
  sourcemap: "linked",
  sourcesContent: false,
  external: [...APART, COMMANDS],
  alias: { "@gatehouse/shared": resolve(SERVER, "../shared/src/index.ts") },
  banner: { js: REQUIRE },
  plugins: [compiler, libraries],
  logLevel: "warning",
  write: false,
});
if (helpersReplaced !== 1 || callsReplaced !== 1)
  throw new Error("tRPC copies objects in another way now: look at withNativeSpread");
await mkdir(FOLDER, { recursive: true });
await Promise.all(
  outputFiles.map((file) =>
    writeFile(file.path, file.path.endsWith(".wasm") ? file.contents : narrow(withoutLibraries(file))),
  ),
);
