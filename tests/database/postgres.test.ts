import { afterEach, describe, expect, test } from "vitest";
import { openLog } from "../../server/src/base/log.ts";
import { Secret } from "../../server/src/base/secret.ts";
import { isUnavailable } from "../../server/src/database/errors.ts";
import { openDatabase } from "../../server/src/database/open.ts";
import type { OpenDatabase } from "../../server/src/database/open.ts";
import { openPool } from "../../server/src/database/pool.ts";
import { openRaceDatabase, openTestDatabase, testOnPostgres } from "../support/database.ts";
import { openWire } from "../support/wire.ts";

const log = openLog("silent");
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function openAt(url: string): Promise<OpenDatabase> {
  const database = await openDatabase({ kind: "postgres", url: new Secret(url) }, { log });
  closers.push(() => database.close());
  return database;
}

async function newDatabase(): Promise<{ url: string; name: string }> {
  const { url, drop } = await openRaceDatabase();
  closers.push(drop);
  return { url, name: new URL(url).pathname.slice(1) };
}

test("a statement that the server refuses does not cost the connection, embedded or not", async () => {
  const { database, close } = await openTestDatabase();
  closers.push(close);
  const { pool, db } = database;
  await db.identityTombstone.create({ data: { clerkId: "taken", deletedAt: new Date(0) } });
  let connections = 0;
  pool.on("connect", () => connections++);

  for (let turn = 0; turn < 5; turn++) {
    await expect(
      db.identityTombstone.create({ data: { clerkId: "taken", deletedAt: new Date(0) } }),
    ).rejects.toThrow();
    await expect(pool.query("SELECT nonsense")).rejects.toThrow();
  }
  expect(connections).toBe(0);
});

describe("instants", () => {
  const NOON = new Date("2026-07-01T12:00:00.000Z");

  testOnPostgres.for(["America/New_York", "Asia/Kathmandu"])(
    "are stored and read right in a database that lives in %s",
    async (zone) => {
      const { url, name } = await newDatabase();
      const before = await openAt(url);
      await before.pool.query(`ALTER DATABASE "${name}" SET timezone TO '${zone}'`);

      const { db, pool } = await openAt(url);
      await db.identityTombstone.create({ data: { clerkId: "noon", deletedAt: NOON } });

      const { rows } = await pool.query(
        "SELECT extract(epoch FROM deleted_at)::text AS at FROM identity_tombstones",
      );
      expect(Number(rows[0].at) * 1000).toBe(NOON.getTime());
      expect(await db.identityTombstone.findMany()).toEqual([{ clerkId: "noon", deletedAt: NOON }]);
      expect(await db.identityTombstone.count({ where: { deletedAt: { lte: NOON } } })).toBe(1);
    },
  );

  testOnPostgres("are right whatever session options the address brings along", async () => {
    const { url } = await newDatabase();
    const { pool } = await openAt(`${url}?options=-c%20TimeZone%3DAsia/Tokyo%20-c%20work_mem%3D8MB`);
    const { rows } = await pool.query(
      "SELECT current_setting('TimeZone') AS zone, current_setting('work_mem') AS memory",
    );
    expect(rows).toEqual([{ zone: "UTC", memory: "8MB" }]);
  });
});

describe("a server that is slow or gone", () => {
  testOnPostgres("limits each statement, each wait for a lock and each idle transaction", async () => {
    const { pool } = await openAt((await newDatabase()).url);
    const { rows } = await pool.query(`SELECT current_setting('statement_timeout') AS statement,
      current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`);
    expect(rows).toEqual([{ statement: "15s", lock: "5s", idle: "30s" }]);
  });

  testOnPostgres(
    "that falls silent on the way costs a caller its time limit and no later one anything",
    async () => {
      const { url } = await newDatabase();
      const wire = await openWire(new URL(url));
      closers.push(wire.close);
      const pool = openPool(
        { connectionString: wire.url, max: 1, query_timeout: 300, connectionTimeoutMillis: 1_000 },
        log,
      );
      closers.push(() => pool.end());
      const held = await pool.connect();
      await held.query("BEGIN");

      wire.cut();
      const error: unknown = await held.query("SELECT 1").catch((reason: unknown) => reason);
      expect(isUnavailable(error)).toBe(true);
      // As the adapter does, who does not know.
      await expect(held.query("ROLLBACK")).rejects.toThrow();
      held.release();
      wire.mend();

      expect((await pool.query("SELECT 1 AS answer")).rows).toEqual([{ answer: 1 }]);
    },
  );
});
