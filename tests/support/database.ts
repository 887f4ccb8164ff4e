import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { cp } from "node:fs/promises";
import { inject, test } from "vitest";
import { openLog } from "../../server/src/base/log.ts";
import { Secret } from "../../server/src/base/secret.ts";
import { openDatabase } from "../../server/src/database/open.ts";
import type { Database, OpenDatabase, Transaction } from "../../server/src/database/open.ts";
import { takeEmbedded } from "./embedded-databases.ts";
import { databaseAt, onServer } from "./global-setup.ts";

const log = openLog("warn");

/**
 * A test of a race. It needs a real PostgreSQL and is reported as skipped without one: the embedded database runs
 * one transaction at a time, so that every race would look won.
 */
export const testOnPostgres: ReturnType<typeof test.skipIf> = test.skipIf(
  process.env["TEST_DATABASE_URL"] === undefined,
);

export interface TestDatabase {
  database: OpenDatabase;
  /** Where other servers and processes can reach it; null for the embedded one. */
  url: string | null;
  /** Closes it and leaves nothing behind. */
  close: () => Promise<void>;
}

/** An empty database with all tables, for one test file. */
export async function openTestDatabase(): Promise<TestDatabase> {
  if (inject("template") === null) {
    const database = await takeEmbedded(log);
    return { database, url: null, close: () => database.close() };
  }
  const { url, drop } = await openRaceDatabase();
  const database = await openDatabase({ kind: "postgres", url: new Secret(url) }, { log });
  const close = async (): Promise<void> => {
    await database.close();
    await drop();
  };
  return { database, url, close };
}

/** Makes the folder of an embedded database with all tables; a first start there would take seconds. */
export async function makeEmbeddedFolder(folder: string): Promise<void> {
  await cp(inject("embedded").folder, folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

/** A database on the real server that several servers can share; with all tables, or with nothing at all. */
export async function openRaceDatabase({ migrated = true } = {}): Promise<{
  url: string;
  drop: () => Promise<void>;
}> {
  const template = inject("template");
  if (template === null) throw new Error("This test needs TEST_DATABASE_URL.");
  const name = `gatehouse_${randomUUID().slice(0, 8)}`;
  await onServer(template.url, `CREATE DATABASE "${name}"${migrated ? ` TEMPLATE "${template.name}"` : ""}`);
  return {
    url: databaseAt(template.url, name),
    drop: () => onServer(template.url, `DROP DATABASE "${name}" WITH (FORCE)`),
  };
}

/**
 * A database on which every transaction loses its first attempt after the work is done, as if another one had won.
 * Work that leaves something behind outside the transaction is then caught doing it twice.
 */
export function conflictingOnce(db: Database): Database {
  const lost = new WeakSet<object>();
  const transact = (work: (tx: Transaction) => Promise<unknown>, settings?: object): Promise<unknown> => {
    const mayCommit = lost.has(work);
    lost.add(work);
    return db.$transaction(async (tx) => {
      const result = await work(tx);
      if (!mayCommit) throw Object.assign(new Error("lost on purpose"), { code: "P2034" });
      return result;
    }, settings);
  };
  return new Proxy(db, {
    get: (target, name): unknown => (name === "$transaction" ? transact : Reflect.get(target, name)),
  });
}
