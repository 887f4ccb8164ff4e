import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import { z } from "zod";
import { databaseAt, databaseInMemory } from "./engine-databases.ts";
import { startEngine } from "./wasm-engine.ts";

export interface Answer {
  result: unknown;
  /** What the command line is to print before it gets the result. */
  printed: string | null;
}

/** What the engine throws, as far as anybody reads it. */
export const Refusal = z.object({
  message: z.string().catch("The schema engine failed."),
  code: z.string().nullish().catch(null),
  meta: z.unknown(),
});

const Tagged = z.object({ tag: z.string() });
const Diff = z.object({ from: Tagged, to: Tagged });
const DiffAnswer = z.object({ exitCode: z.number(), stdout: z.string().nullish() });
const MigrationsList = z.looseObject({ migrationDirectories: z.array(z.unknown()) });
const CreateMigration = z.object({
  migrationName: z.string(),
  draft: z.boolean().optional(),
  migrationsList: MigrationsList,
  schema: z.looseObject({}),
  filters: z.unknown(),
});

/** The engine's methods by their JSON-RPC names. Nothing is started before it is needed. */
export function openEngine(
  url: string,
  schemaFiles: string[],
): (method: string, params: unknown) => Promise<Answer> {
  let live: Promise<SchemaEngine> | undefined;
  let inMemory: Promise<SchemaEngine> | undefined;
  const atUrl = (): Promise<SchemaEngine> => (live ??= startEngine(databaseAt(url), schemaFiles));
  const inMemoryOnly = (): Promise<SchemaEngine> =>
    (inMemory ??= startEngine(databaseInMemory(), schemaFiles));

  return async (method, params) => {
    switch (method) {
      case "diff": {
        const engine = await (needsDatabase(Diff.parse(params)) ? atUrl() : inMemoryOnly());
        const { exitCode, stdout } = DiffAnswer.parse(await call(engine, "diff", params));
        return { result: { exitCode }, printed: stdout ?? null };
      }
      case "createMigration":
        return {
          result: await createMigration(await inMemoryOnly(), CreateMigration.parse(params)),
          printed: null,
        };
      case "getDatabaseVersion":
        return { result: await call(await atUrl(), "version", params), printed: null };
      default:
        return { result: (await call(await atUrl(), method, params)) ?? {}, printed: null };
    }
  };
}

function needsDatabase({ from, to }: z.infer<typeof Diff>): boolean {
  return [from.tag, to.tag].some((tag) => tag === "url" || tag === "schemaDatasource");
}

/** This build of the engine cannot open its trial database inside createMigration; inside diff it can. */
async function createMigration(
  engine: SchemaEngine,
  wish: z.infer<typeof CreateMigration>,
): Promise<unknown> {
  const isFirst = wish.migrationsList.migrationDirectories.length === 0;
  const diff = await call(engine, "diff", {
    from: isFirst ? { tag: "empty" } : { tag: "migrations", ...wish.migrationsList },
    to: { tag: "schemaDatamodel", ...wish.schema },
    script: true,
    exitCode: true,
    filters: wish.filters,
  });
  const { exitCode, stdout } = DiffAnswer.parse(diff);
  const time = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const empty = wish.draft ? "-- This is an empty migration." : null;
  return {
    connectorType: "postgresql",
    generatedMigrationName: `${time}_${wish.migrationName}`,
    extension: "sql",
    migrationScript: exitCode === 2 ? stdout : empty,
  };
}

async function call(engine: SchemaEngine, method: string, params: unknown): Promise<unknown> {
  const found: unknown = Reflect.get(engine, method);
  if (typeof found !== "function") throw new Error(`The schema engine has no method ${method}.`);
  return Reflect.apply(found, engine, [params]);
}
