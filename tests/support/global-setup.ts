import { PGlite } from "@electric-sql/pglite";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { openLog } from "../../server/src/base/log.ts";
import { Secret } from "../../server/src/base/secret.ts";
import { overPglite } from "../../server/src/database/embedded/open-embedded.ts";
import { migrate } from "../../server/src/database/migrate.ts";
import { openPostgres } from "../../server/src/database/postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The migrated database that every test file gets a copy of: an archive on disk, or a template on the server. */
    template: { kind: "embedded"; file: string } | { kind: "postgres"; url: string; name: string };
  }
}

const log = openLog("warn");

/** Migrates one database for the whole run; a copy of it costs each test file far less than migrating again. */
export default function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env["TEST_DATABASE_URL"];
  return url === undefined ? prepareEmbedded(project) : preparePostgres(project, url);
}

async function prepareEmbedded({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-template-"));
  const file = join(folder, "database.tar");
  const pglite = await PGlite.create();
  const { pool } = overPglite(pglite, log);
  await migrate(pool, { log });
  await writeFile(file, Buffer.from(await (await pglite.dumpDataDir("none")).arrayBuffer()));
  await pool.end();
  await pglite.close();
  provide("template", { kind: "embedded", file });
  return () => rm(folder, { recursive: true });
}

async function preparePostgres({ provide }: TestProject, url: string): Promise<() => Promise<void>> {
  const name = `gatehouse_template_${randomUUID().slice(0, 8)}`;
  await onServer(url, `CREATE DATABASE "${name}"`);
  const pool = openPostgres(new Secret(databaseAt(url, name)), log, 2);
  await migrate(pool, { log });
  await pool.end();
  provide("template", { kind: "postgres", url, name });
  return async () => onServer(url, `DROP DATABASE "${name}" WITH (FORCE)`);
}

export async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export function databaseAt(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
