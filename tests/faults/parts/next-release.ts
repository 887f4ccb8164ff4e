import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyBesidePackages } from "../../support/copy-checkout.ts";

/** What the next release changes: projects have a colour, and their description is given up. */
const CHANGES: readonly (readonly [file: string, from: string, to: string])[] = [
  // The column stays in the table; only this version does not know of it any more.
  [
    "prisma/schema.prisma",
    'description String    @default("")\n  /// Counts',
    'color       String    @default("blue")\n  /// Counts',
  ],
  [
    "shared/src/projects.ts",
    "  description: z.string(),\n",
    "  description: z.string(),\n    color: z.string(),\n",
  ],
  [
    "server/src/features/projects/operations.ts",
    'AS "workspaceId", name, description, version,',
    `AS "workspaceId", name, '' AS description, color, version,`,
  ],
  [
    "server/src/features/projects/operations.ts",
    "(id, workspace_id, name, description, created_at, updated_at)",
    "(id, workspace_id, name, color, created_at, updated_at)",
  ],
  ["server/src/features/projects/operations.ts", "${name}, ${description}, ${at}", "${name}, 'green', ${at}"],
  [
    "server/src/features/projects/operations.ts",
    "const { id, workspaceId, name, description, version } = row;",
    'const { id, workspaceId, name, color, version } = row;\n  const description = "";',
  ],
  [
    "server/src/features/projects/operations.ts",
    "    description,\n    version,",
    "    description,\n    color,\n    version,",
  ],
  [
    "server/src/features/projects/changes.ts",
    "const { name, description } = input;",
    "const { name } = input;",
  ],
  [
    "server/src/features/projects/changes.ts",
    "    ...(description === undefined ? {} : { description }),\n",
    "",
  ],
  [
    "server/src/features/projects/changes.ts",
    '"name" | "description" | "archivedAt"',
    '"name" | "archivedAt"',
  ],
  [
    "server/src/features/projects/changes.ts",
    "inAudit({ name, description, archivedAt",
    "inAudit({ name, archivedAt",
  ],
  [
    "server/src/features/projects/changes.ts",
    "return { name, description, archivedAt:",
    "return { name, archivedAt:",
  ],
];

/** A newer version of this very checkout, built as operators build it. */
export interface NextRelease {
  checkout: string;
  /** Gives it a migration more; servers that run have read theirs. */
  addMigration: (name: string, sql: string) => Promise<void>;
  remove: () => Promise<void>;
}

/** Throws where this version does not hold any more what the next one changes. */
export async function changeSources(checkout: string): Promise<void> {
  for (const [file, from, to] of CHANGES) {
    const text = await readFile(join(checkout, file), "utf8");
    if (!text.includes(from)) throw new Error(`${file} does not hold what the next release changes: ${from}`);
    await writeFile(join(checkout, file), text.replace(from, to));
  }
}

/** Its migration only adds to the tables. That takes a minute or two. */
export async function buildNextRelease(): Promise<NextRelease> {
  const checkout = await copyBesidePackages();
  const addMigration: NextRelease["addMigration"] = async (name, sql) => {
    const folder = join(checkout, "prisma/migrations", name);
    await mkdir(folder);
    await writeFile(join(folder, "migration.sql"), sql);
  };
  await changeSources(checkout);
  await addMigration(
    "29990101000000_colors",
    "ALTER TABLE projects ADD COLUMN color text NOT NULL DEFAULT 'blue';",
  );
  execFileSync("npm", ["run", "-s", "build"], { cwd: checkout, stdio: ["ignore", "ignore", "inherit"] });
  return { checkout, addMigration, remove: () => rm(checkout, { recursive: true, force: true }) };
}
