import { PGlite } from "@electric-sql/pglite";
import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum, DriverAdapterError } from "@prisma/driver-adapter-utils";
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import { DatabaseError, Pool } from "pg";
import type { QueryConfig, QueryResult } from "pg";
import { openLog } from "../../server/src/base/log.ts";
import { overPglite } from "../../server/src/database/embedded/open-embedded.ts";
import { startEngine } from "./wasm-engine.ts";

const CHAR = 18;
const TEXT = 25;

type Connect = () => Promise<SqlDriverAdapter>;

/** The database at this address. */
export function databaseAt(url: string): Connect {
  return () => {
    // One session: the engine's advisory lock and its scripts have to share it.
    const pool = new Pool({ connectionString: url, max: 1 });
    return adapterOver(pool, () => pool.end());
  };
}

/** An empty database in memory, for what needs no live one. */
export async function databaseInMemory(): Promise<SqlDriverAdapter> {
  const { pool, close } = overPglite(await PGlite.create(), openLog("silent"));
  return adapterOver(pool, close);
}

/**
 * One call to the schema engine. It gets connections of its own: the engine keeps its advisory lock until they end, and
 * one that has applied migrations refuses to compare afterwards.
 */
export async function withEngine<Result>(
  connect: Connect,
  schemaFiles: string[],
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const opened: SqlDriverAdapter[] = [];
  const noted = (open: Connect): Connect => {
    return async () => {
      const adapter = await open();
      opened.push(adapter);
      return adapter;
    };
  };
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    connect: noted(connect),
    // The stock adapter makes its trial database on the live server, which needs the right to, and drops it while in use.
    connectToShadowDb: noted(databaseInMemory),
  };
  try {
    return await work(await startEngine(factory, schemaFiles));
  } finally {
    await Promise.all(opened.map((adapter) => adapter.dispose()));
  }
}

/** The stock adapter with the two parts replaced on which migrations break. */
async function adapterOver(pool: Pool, close: () => Promise<void>): Promise<SqlDriverAdapter> {
  const chars = new WeakMap<object, number[]>();
  noteChars(pool, chars);
  const adapter = await new PrismaPg(pool).connect();

  // The engine calls it for some of its connections, and we do for all of them.
  let closed: Promise<void> | undefined;
  adapter.dispose = () => (closed ??= close());

  // The stock one cuts the script at every semicolon, inside function bodies and strings too.
  adapter.executeScript = async (script) => {
    await pool.query({ text: script }).catch(rethrowForEngine);
  };

  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const answer = await queryRaw(query);
    for (const column of chars.get(answer.rows) ?? []) answer.columnTypes[column] = ColumnTypeEnum.Character;
    return answer;
  };
  return adapter;
}

/**
 * The stock adapter refuses the catalogue's own type "char", which the engine reads to learn about constraints.
 * Such columns pass it as text; which they were is noted by their rows, which the adapter hands on as they are.
 */
function noteChars(pool: Pool, chars: WeakMap<object, number[]>): void {
  const ask = pool.query.bind(pool) as (question: QueryConfig) => Promise<QueryResult>;
  const noting = async (question: QueryConfig): Promise<QueryResult> => {
    const answer = await ask(question);
    const found = (answer.fields ?? []).flatMap((field, column) =>
      field.dataTypeID === CHAR ? [column] : [],
    );
    for (const field of answer.fields ?? []) if (field.dataTypeID === CHAR) field.dataTypeID = TEXT;
    if (found.length > 0) chars.set(answer.rows, found);
    return answer;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the adapter calls it in this one way only
  pool.query = noting as typeof pool.query;
}

/** The engine prints these parts of a refusal; without them it would say "unknown error". */
function rethrowForEngine(error: unknown): never {
  if (!(error instanceof DatabaseError)) throw error;
  const { code = "N/A", severity = "N/A", message, detail, column, hint } = error;
  throw new DriverAdapterError({
    kind: "postgres",
    code,
    severity,
    message,
    detail,
    column,
    hint,
    originalCode: code,
    originalMessage: message,
  });
}
