import { PGlite } from "@electric-sql/pglite";
import { openAsBlob } from "node:fs";
import { inject } from "vitest";
import type { Log } from "../../server/src/base/log.ts";
import { openOverPglite } from "../../server/src/database/open.ts";
import type { OpenDatabase } from "../../server/src/database/open.ts";

/**
 * Embedded databases that no test uses now. To empty one costs a tenth of starting one, and workers run many files
 * one after the other.
 */
const idle: PGlite[] = [];

/** An embedded database with all tables and no rows. To close it is to give it back. */
export async function takeEmbedded(log: Log): Promise<OpenDatabase> {
  const pglite =
    idle.pop() ?? (await PGlite.create({ loadDataDir: await openAsBlob(inject("embedded").archive) }));
  const shape = await shapeOf(pglite);
  const database = openOverPglite(pglite, log);
  const close = async (): Promise<void> => {
    await database.close();
    await empty(pglite);
    // A test that has changed more than rows leaves a database that is like no other.
    if ((await shapeOf(pglite)) === shape) idle.push(pglite);
    else await pglite.close();
  };
  return { ...database, close };
}

/** All rows but those of the migrations, past the triggers that keep ledgers; then whatever the session has gathered. */
async function empty(pglite: PGlite): Promise<void> {
  await pglite.exec("ROLLBACK");
  await pglite.exec(`
    SET session_replication_role = replica;
    DO $$ BEGIN
      EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I', tablename), ', ') || ' RESTART IDENTITY'
               FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations');
    END $$;
  `);
  await pglite.exec("DISCARD ALL");
}

async function shapeOf(pglite: PGlite): Promise<string> {
  const { rows } = await pglite.query<{ shape: string }>(`
    SELECT md5(string_agg(line, E'\\n' ORDER BY line)) AS shape FROM (
      SELECT concat_ws(' ', 'column', attrelid::regclass, attname, atttypid, attnotnull, attisdropped) AS line
        FROM pg_attribute WHERE attrelid >= 16384
      UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname) FROM pg_constraint WHERE oid >= 16384
      UNION ALL SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
      UNION ALL SELECT concat_ws(' ', 'function', oid, xmin) FROM pg_proc WHERE oid >= 16384
      UNION ALL SELECT concat_ws(' ', 'setting', setrole, setconfig) FROM pg_db_role_setting
      UNION ALL SELECT concat_ws(' ', 'migration', migration_name, checksum) FROM _prisma_migrations
    ) AS lines`);
  return rows[0]!.shape;
}
