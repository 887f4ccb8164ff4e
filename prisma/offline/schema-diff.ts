import { databaseInMemory, withEngine } from "./engine-databases.ts";
import { readMigrations, readSchema } from "./migration-files.ts";
import { NO_FILTER } from "./wasm-engine.ts";

/**
 * What still has to be done to get from the migrations to the schema; null where nothing is.
 * The migrations run in memory, so no database is needed.
 *
 * @param as "script" for SQL, "summary" for a list that a person reads
 */
export async function diffSchema(
  files: { migrations: string; schema: string },
  as: "script" | "summary",
): Promise<string | null> {
  const from = await readMigrations(files.migrations);
  const to = await readSchema(files.schema);
  const { exitCode, stdout } = await withEngine(databaseInMemory, [files.schema], (engine) =>
    engine.diff({
      from: { tag: "migrations", ...from },
      to: { tag: "schemaDatamodel", ...to },
      script: as === "script",
      exitCode: true,
      filters: NO_FILTER,
    }),
  );
  // 2 is "there are differences", as in `prisma migrate diff --exit-code`.
  return exitCode === 2 ? (stdout ?? "") : null;
}
