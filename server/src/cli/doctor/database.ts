import { access } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../../base/config.ts";
import { openLog } from "../../base/log.ts";
import type { Changes } from "../../database/changes.ts";
import { pendingMigrations } from "../../database/migrate.ts";
import { openDatabase } from "../../database/open.ts";
import type { OpenDatabase } from "../../database/open.ts";
import { DEAF } from "../../database/pulse.ts";
import { reasonOf } from "../run-command.ts";
import { about } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { FoundServer } from "./server.ts";

const database = about("database");
/** A healthy database is heard within milliseconds. */
const HEARD_WITHIN_MS = 3_000;

/** Whether the database can be opened, has the tables of this version, and tells of changes. Changes nothing in it. */
export async function checkDatabase(
  { database: target }: Config,
  running: FoundServer | null,
  migrations: string[],
): Promise<Finding> {
  if (target.kind === "embedded") {
    // One process at a time: while a server has it open, what the server says of it must do.
    if (running?.checks["database"] === true) return database.ok("embedded, open in the running server");
    const isThere = await access(target.folder).then(
      () => true,
      () => false,
    );
    if (!isThere) return database.ok("embedded; it is made at the first start");
  }
  try {
    const opened = await openDatabase(target, { log: openLog("silent"), poolSize: 1 });
    try {
      return await look(opened, migrations);
    } finally {
      await opened.close();
    }
  } catch (error) {
    return database.broken(`${reasonOf(error)} See DATABASE_URL and DATA_DIR.`);
  }
}

async function look({ pool, kind, changes }: OpenDatabase, migrations: string[]): Promise<Finding> {
  const { rows } = await pool.query<{ version: string }>("SHOW server_version");
  const name = `${kind === "embedded" ? "embedded PostgreSQL" : "PostgreSQL"} ${rows[0]?.version ?? ""}`;
  const waiting = await pendingMigrations(pool, migrations);
  if (waiting.length === 0 && !(await isHeard(changes))) return database.warning(`${name}. ${DEAF}`);
  if (waiting.length === 0) return database.ok(`${name}, every migration applied`);
  return database.warning(
    `${name}, and these migrations wait: ${waiting.join(", ")}. The next start applies them, or: npx gatehouse migrate`,
  );
}

async function isHeard(changes: Changes): Promise<boolean> {
  const heard = new Promise<boolean>((resolve) => {
    changes.subscribe(() => {
      if (changes.areHeard()) resolve(true);
    });
  });
  return Promise.race([heard, sleep(HEARD_WITHIN_MS, false)]);
}
