import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = resolve(fileURLToPath(import.meta.url), "../..");

/** From the ground up. The first pattern that fits says on which floor a file stands. */
const FLOORS: readonly (readonly [floor: number, place: RegExp])[] = [
  [0, /^shared\/src\//],
  [1, /^server\/src\/base\//],
  [2, /^server\/src\/(database|providers)\//],
  [3, /^server\/src\/(identity|mirror)\//],
  [4, /^server\/src\/access\//],
  [5, /^server\/src\/services(-[a-z]+)?\.ts$/],
  [7, /^server\/src\/features\/[^/]+\/([\w-]+-)?router\.ts$/],
  [6, /^server\/src\/(trpc|features\/[^/]+)\//],
  [8, /^server\/src\/(webhooks|jobs|hooks)\//],
  [9, /^server\/src\/(rest\/|router\.ts$)/],
  [10, /^server\/src\/http\//],
  [
    11,
    /^server\/src\/(cli\/|local-[a-z-]+\.ts$|start\.ts$|main\.ts$|(create-)?gatehouse\.ts$|testing\.ts$|index\.ts$)/,
  ],
];

/** These may not be seen by the rest, and see nothing of it. */
const APART = [/^server\/src\/local-clerk\//, /^client\/src\//];
/** Who starts the local provider, and who is a client. */
const MAY_SEE_APART = /^server\/src\/(local-identity\.ts|testing\.ts|cli\/)/;

interface Import {
  from: string;
  to: string;
}

/** Every file that somebody wrote; what a tool wrote stands in `generated`. */
async function sources(...packages: string[]): Promise<string[]> {
  const found = await Promise.all(
    packages.map(async (name) => {
      const files = await readdir(join(ROOT, name, "src"), { recursive: true });
      return files.map((file) => join(name, "src", file));
    }),
  );
  return found.flat().filter((file) => /\.tsx?$/.test(file) && !file.includes("/generated/"));
}

async function readImports(): Promise<Import[]> {
  const files = await sources("shared", "server", "client");
  const imports = await Promise.all(
    files.map(async (from) => {
      const text = await readFile(join(ROOT, from), "utf8");
      const targets = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(
        ([, target]) => target ?? "",
      );
      return targets.map((target) => ({ from, to: placeOf(from, target) }));
    }),
  );
  return imports.flat();
}

function placeOf(from: string, target: string): string {
  if (target.startsWith(".")) return relative(ROOT, resolve(ROOT, dirname(from), target));
  return target
    .replace("@gatehouse/shared", "shared/src/index.ts")
    .replace("@gatehouse/client", "client/src/index.ts");
}

function floorOf(file: string): number | undefined {
  return FLOORS.find(([, place]) => place.test(file))?.[0];
}

const isOurs = (file: string): boolean => /^(shared|server|client)\/src\//.test(file);
const standsApart = (file: string): RegExp | undefined => APART.find((place) => place.test(file));
const rowOf = ({ from, to }: Import): string => `${from} -> ${to}`;

describe("the house", async () => {
  const imports = await readImports();
  const ours = imports.filter(({ to }) => isOurs(to));

  test("was read at all", () => {
    expect(ours.length).toBeGreaterThan(100);
  });

  test("has a floor for every file", () => {
    const homeless = ours
      .flatMap(({ from, to }) => [from, to])
      .filter((file) => floorOf(file) === undefined && standsApart(file) === undefined);
    expect([...new Set(homeless)]).toEqual([]);
  });

  test("has no import that goes up", () => {
    const up = ours.filter(({ from, to }) => (floorOf(from) ?? 99) < (floorOf(to) ?? -1));
    expect(up.map(rowOf)).toEqual([]);
  });

  test("has operations that cannot see tRPC", () => {
    const seen = imports.filter(
      ({ from, to }) =>
        /\/features\//.test(from) && !from.endsWith("router.ts") && /\/trpc\/|^@trpc/.test(to),
    );
    expect(seen.map(rowOf)).toEqual([]);
  });

  test("keeps the local provider and the client apart", () => {
    const seen = ours.filter(
      ({ from, to }) => standsApart(from) !== standsApart(to) && !MAY_SEE_APART.test(from),
    );
    expect(seen.map(rowOf)).toEqual([]);
  });

  test("has an example that knows of the client only, as every frontend would", async () => {
    const files = await sources("client/example");
    const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), "utf8")));
    const seen = texts.flatMap((text) =>
      [...text.matchAll(/from "(@gatehouse\/[^"]+)"/g)].map(([, name]) => name),
    );
    expect(new Set(seen)).toEqual(new Set(["@gatehouse/client", "@gatehouse/client/react"]));
    expect(texts.filter((text) => text.includes("../../.."))).toEqual([]);
  });

  test("lets one file read the environment", async () => {
    const files = await sources("server");
    const readers: string[] = [];
    for (const file of files)
      if ((await readFile(join(ROOT, file), "utf8")).includes("process.env")) readers.push(file);
    expect(readers).toEqual(["server/src/base/config.ts"]);
  });

  test("has barrels at the doors of packages only", async () => {
    const files = await sources("shared", "server", "client");
    expect(files.filter((file) => /\/index\.tsx?$/.test(file) && file.split("/").length > 3)).toEqual([]);
  });

  test("builds no statement out of text", async () => {
    const files = await sources("server");
    // Only our own constants stand in a statement; everything else is a value beside it.
    const outOfText = /RawUnsafe|Prisma\.raw\b|(?:\.query\(|\btext: )`[^`]*\$\{(?![A-Z_]+\})/;
    const unsafe: string[] = [];
    for (const file of files) if (outOfText.test(await readFile(join(ROOT, file), "utf8"))) unsafe.push(file);
    expect(unsafe).toEqual([]);
  });
});
