import { PGlite } from "@electric-sql/pglite";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { openLog } from "../../server/src/base/log.ts";
import { Secret } from "../../server/src/base/secret.ts";
import { overPglite } from "../../server/src/database/embedded/open-embedded.ts";
import { migrate } from "../../server/src/database/migrate.ts";
import { openPostgres } from "../../server/src/database/postgres.ts";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A migrated embedded database: its folder, and the same as an archive. Neither is ever opened, only copied. */
    embedded: { folder: string; archive: string };
    /** A folder with the keys and secrets of a local identity provider: to make a key costs more than a server's start. */
    identity: string;
    /** The migrated database on the real server that every test file gets a copy of; null without such a server. */
    template: { url: string; name: string } | null;
  }
}

const log = openLog("warn");

/** Migrates one database for the whole run; a copy of it costs each test file far less than migrating again. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const forgetters = [await prepareEmbedded(project), await prepareIdentity(project)];
  const url = process.env["TEST_DATABASE_URL"];
  if (url === undefined) project.provide("template", null);
  else forgetters.push(await preparePostgres(project, url));
  return async () => {
    for (const forget of forgetters) await forget();
  };
}

async function prepareEmbedded({ provide }: TestProject): Promise<() => Promise<void>> {
  const parent = await mkdtemp(join(tmpdir(), "gatehouse-template-"));
  const embedded = { folder: join(parent, "database"), archive: join(parent, "database.tar") };
  const dataDir = join(embedded.folder, "postgres");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const pglite = await PGlite.create({ dataDir });
  const { pool } = overPglite(pglite, log);
  await migrate(pool, { log });
  await pool.end();
  await writeFile(embedded.archive, Buffer.from(await (await pglite.dumpDataDir("none")).arrayBuffer()));
  await pglite.close();
  provide("embedded", embedded);
  return () => rm(parent, { recursive: true });
}

async function prepareIdentity({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-identity-"));
  await (await openLocalClerk({ folder, port: 0 })).close();
  provide("identity", folder);
  return () => rm(folder, { recursive: true });
}

async function preparePostgres({ provide }: TestProject, url: string): Promise<() => Promise<void>> {
  const name = `gatehouse_template_${randomUUID().slice(0, 8)}`;
  await onServer(url, `CREATE DATABASE "${name}"`);
  const pool = openPostgres(new Secret(databaseAt(url, name)), log, 2);
  await migrate(pool, { log });
  await pool.end();
  provide("template", { url, name });
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
