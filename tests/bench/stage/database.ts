import { Client } from "pg";
import { Secret } from "../../../server/src/base/secret.ts";
import { openLog } from "../../../server/src/base/log.ts";
import { migrate } from "../../../server/src/database/migrate.ts";
import { openPostgres } from "../../../server/src/database/postgres.ts";
import { growTables } from "../../support/grow-tables.ts";
import type { Growth } from "../../support/grow-tables.ts";
import { movePids } from "./processes.ts";

const SERVER =
  process.env["TEST_DATABASE_URL"] ??
  process.env["DATABASE_URL"] ??
  "postgres://postgres@127.0.0.1:5432/postgres";

/** A database of its own on the PostgreSQL that is there, filled, and dropped at the end. */
export interface StageDatabase {
  url: string;
  version: string;
  /** What works for this database goes to the core of the load, so that the server has the other one for itself. */
  pin(): Promise<void>;
  drop(): Promise<void>;
}

export async function openStageDatabase(name: string, growth: Growth): Promise<StageDatabase> {
  const admin = new Client(SERVER);
  await admin.connect().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The benchmark needs a PostgreSQL, at TEST_DATABASE_URL or on this machine: ${why}`);
  });
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  const drop = async (): Promise<void> => {
    await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  };
  await drop();
  await admin.query(`CREATE DATABASE "${name}"`);
  await fill(url.href, growth);
  const { rows } = await admin.query<{ server_version: string }>("SHOW server_version");
  return {
    url: url.href,
    version: rows[0]?.server_version ?? "",
    pin: async () => {
      const found = await admin.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE datname = $1",
        [name],
      );
      movePids(
        found.rows.map(({ pid }) => pid),
        "load",
      );
    },
    drop: async () => {
      await drop();
      await admin.end();
    },
  };
}

async function fill(url: string, growth: Growth): Promise<void> {
  const log = openLog("warn");
  const pool = openPostgres(new Secret(url), log, 2);
  await migrate(pool, { log });
  await pool.end();
  const client = new Client(url);
  await client.connect();
  await growTables(client, growth);
  await client.end();
}
