import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import { z } from "zod";
import { databaseAt, databaseInMemory, withEngine } from "./engine-databases.ts";
import { NO_FILTER } from "./wasm-engine.ts";

export interface Answer {
  result: unknown;
  /** What the command line is to print before it gets the result. */
  printed: string | null;
}

/** What the engine throws, as far as anybody reads it. */
export const Refusal = z.object({
  message: z.string().catch("The schema engine failed."),
  code: z.string().nullish().catch(null),
  meta: z.unknown().optional(),
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
  filters: z.unknown().optional(),
});

/** The engine's methods by their JSON-RPC names. */
export function openEngine(
  url: string,
  schemaFiles: string[],
): (method: string, params: unknown) => Promise<Answer> {
  const atUrl = (method: string, params: unknown): Promise<unknown> =>
    withEngine(databaseAt(url), schemaFiles, (engine) => call(engine, method, params));
  const inMemory = (method: string, params: unknown): Promise<unknown> =>
    withEngine(databaseInMemory, schemaFiles, (engine) => call(engine, method, params));

  // This build finds its trial database here only if a call before has made one, as a diagnosis does.
  const evaluateDataLoss = (params: unknown): Promise<unknown> =>
    withEngine(databaseAt(url), schemaFiles, async (engine) => {
      await call(engine, "devDiagnostic", params);
      return call(engine, "evaluateDataLoss", params);
    });

  return async (method, params) => {
    switch (method) {
      case "diff": {
        const answer = await (needsDatabase(Diff.parse(params)) ? atUrl : inMemory)("diff", params);
        const { exitCode, stdout } = DiffAnswer.parse(answer);
        return { result: { exitCode }, printed: stdout ?? null };
      }
      case "createMigration": {
        const wish = CreateMigration.parse(params);
        const { exitCode, stdout } = DiffAnswer.parse(await inMemory("diff", whatIsNew(wish)));
        return { result: toMigration(wish, exitCode === 2 ? stdout : null), printed: null };
      }
      case "evaluateDataLoss":
        return { result: await evaluateDataLoss(params), printed: null };
      case "getDatabaseVersion":
        return { result: await atUrl("version", params), printed: null };
      default:
        return { result: (await atUrl(method, params)) ?? {}, printed: null };
    }
  };
}

function needsDatabase({ from, to }: z.infer<typeof Diff>): boolean {
  return [from.tag, to.tag].some((tag) => tag === "url" || tag === "schemaDatasource");
}

/** This build of the engine cannot open its trial database inside createMigration; inside diff it can. */
function whatIsNew({ migrationsList, schema, filters }: z.infer<typeof CreateMigration>): object {
  const isFirst = migrationsList.migrationDirectories.length === 0;
  return {
    from: isFirst ? { tag: "empty" } : { tag: "migrations", ...migrationsList },
    to: { tag: "schemaDatamodel", ...schema },
    script: true,
    exitCode: true,
    filters: filters ?? NO_FILTER,
  };
}

function toMigration(
  { migrationName, draft }: z.infer<typeof CreateMigration>,
  script: string | null | undefined,
): object {
  const time = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  return {
    connectorType: "postgresql",
    generatedMigrationName: `${time}_${migrationName}`,
    extension: "sql",
    migrationScript: script ?? (draft ? "-- This is an empty migration." : null),
  };
}

async function call(engine: SchemaEngine, method: string, params: unknown): Promise<unknown> {
  const found: unknown = Reflect.get(engine, method);
  if (typeof found !== "function") throw new Error(`The schema engine has no method ${method}.`);
  return Reflect.apply(found, engine, [params]);
}
