import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Takes the workspace out of one `where` at a time, on a copy of the sources, and lets the test of tenant isolation
 * judge the copy; and lets a server forget one thing after the other that keeps its memory honest. A hole that is not seen
 * is a failure: `npm run test:mutants [-- part-of-a-path]`.
 */
const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
const COPIED = [
  "server",
  "shared",
  "client",
  "tests",
  "prisma",
  "vitest.config.ts",
  "tsconfig.base.json",
  "tsconfig.json",
  "package.json",
];

/** The ways in which an operation says which workspace it means. */
const WHERES = [
  / AND workspace_id = \$\{(?:ctx\.)?workspace\.id\}::uuid/g,
  /(?<=where: \{[^}]*)\bworkspaceId: (?:ctx\.)?workspace\.id,?/g,
  /(?<=where: \{ id: \w+), workspaceId\b/g,
  // Filters that become a `where` elsewhere.
  /(?<=\.\.\.input), workspaceId: workspace\.id(?= \}\))/g,
];

/** What keeps old rights from being taken for new ones, or another one's for one's own, and the specification that says so. */
const CARES = [
  {
    file: "server/src/database/memory.ts",
    care: 'forget(change.kind === "reset" ? "all" : change.subjects);',
    judge: "tests/database/memory.test.ts",
  },
  {
    file: "server/src/database/memory.ts",
    care: " || generation !== begun",
    judge: "tests/database/memory.test.ts",
  },
  {
    file: "server/src/database/memory.ts",
    care: "underWay.clear();",
    judge: "tests/database/memory.test.ts",
  },
  {
    file: "server/src/access/caller-row.ts",
    care: " AND m.user_id = u.id",
    judge: "tests/database/callers.test.ts",
  },
  {
    file: "server/src/access/caller-row.ts",
    care: " AND u.clerk_updated_at > 'epoch'",
    judge: "tests/database/callers.test.ts",
  },
  {
    file: "server/src/database/together.ts",
    care: 'if (given.length !== questions.length) throw new Error("not as many answers as questions");',
    judge: "tests/database/together.test.ts",
  },
  {
    file: "server/src/database/pool.ts",
    care: "for (const each of said) this.onCommit(each);",
    judge: "tests/seen-at-once.test.ts",
  },
  {
    file: "server/src/identity/token-memory.ts",
    care: "if (keySet.known(keyId) !== pem) return null;",
    judge: "tests/identity/token-memory.test.ts",
  },
  {
    file: "server/src/identity/token-memory.ts",
    care: "?.token === token ? kept : undefined",
    judge: "tests/identity/token-memory.test.ts",
  },
];

interface Mutant {
  file: string;
  line: number;
  text: string;
  /** What the test runner is told to run. */
  judges: readonly string[];
}

const only = process.argv[2] ?? "";
const copy = await mkdtemp(join(tmpdir(), "gatehouse-mutants-"));
try {
  for (const name of COPIED)
    await cp(join(ROOT, name), join(copy, name), {
      recursive: true,
      filter: (source) => !/\/(node_modules|dist)(\/|$)/.test(source),
    });
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));

  const survivors: Mutant[] = [];
  const mutants = [...(await findMutants()), ...(await forgetCares())];
  // A copy that fails anyhow would seem to see every hole.
  const files = new Set(mutants.flatMap(({ judges: [file = ""] }) => file));
  if (!(await passes([...files]))) throw new Error("the copy fails without any hole");
  for (const mutant of mutants) {
    const file = join(copy, mutant.file);
    const sound = await readFile(file, "utf8");
    await writeFile(file, mutant.text);
    const seen = !(await passes(mutant.judges));
    await writeFile(file, sound);
    console.log(`${seen ? "seen    " : "NOT SEEN"} ${mutant.file}:${mutant.line}`);
    if (!seen) survivors.push(mutant);
  }
  console.log(`${mutants.length - survivors.length} of ${mutants.length} holes were seen.`);
  process.exitCode = mutants.length > 0 && survivors.length === 0 ? 0 : 1;
} finally {
  await rm(copy, { recursive: true });
}

async function findMutants(): Promise<Mutant[]> {
  const folder = join("server", "src", "features");
  const files = (await readdir(join(copy, folder), { recursive: true })).filter((name) =>
    name.endsWith(".ts"),
  );
  const found: Mutant[] = [];
  for (const name of files.toSorted()) {
    const file = join(folder, name);
    if (!file.includes(only)) continue;
    const text = await readFile(join(copy, file), "utf8");
    for (const where of WHERES)
      for (const { index, 0: match } of text.matchAll(where))
        found.push({ file, ...without(text, index, match), judges: judgesOf(featureOf(file)) });
  }
  return found;
}

async function forgetCares(): Promise<Mutant[]> {
  const found: Mutant[] = [];
  for (const { file, care, judge } of CARES) {
    if (!file.includes(only)) continue;
    const text = await readFile(join(copy, file), "utf8");
    const index = text.indexOf(care);
    if (index < 0) throw new Error(`${file} does not say any more: ${care}`);
    found.push({ file, ...without(text, index, care), judges: [judge] });
  }
  return found;
}

function without(text: string, index: number, piece: string): Pick<Mutant, "line" | "text"> {
  return {
    line: text.slice(0, index).split("\n").length,
    text: text.slice(0, index) + text.slice(index + piece.length),
  };
}

/** Only the procedures of the feature with the hole are asked. */
function featureOf(file: string): string {
  const feature = file.split("/")[3] ?? "";
  const paths: Record<string, string> = { "api-keys": "apiKeys", machines: "members" };
  return paths[feature] ?? feature;
}

/** A stream is no answer that could be compared, so it has a specification of its own. */
function judgesOf(feature: string): string[] {
  if (feature === "events") return ["tests/events.test.ts", "-t", "nothing of another workspace is heard"];
  return ["tests/tenant-isolation.test.ts", "-t", `^'?${feature}\\.`];
}

function passes(judges: readonly string[]): Promise<boolean> {
  const args = ["run", "--bail=1", ...judges];
  const child = spawn(join(copy, "node_modules/.bin/vitest"), args, { cwd: copy, stdio: "ignore" });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => done(code === 0));
  });
}
