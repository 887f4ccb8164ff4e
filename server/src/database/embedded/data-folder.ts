import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** The major version of the PostgreSQL in PGlite; another one cannot read these files. */
export const EMBEDDED_VERSION = "18";

/**
 * Makes room for the database, readable by its owner only, and refuses files that the embedded PostgreSQL cannot read:
 * PGlite itself would fail without saying why.
 *
 * @returns to be called once PostgreSQL has started. A process that is killed during the first start leaves half a
 *   database, which would never start; the next start finds this call missing and begins again.
 */
export async function prepareFolder(dataDir: string): Promise<() => Promise<void>> {
  const unfinished = `${dataDir}.unfinished`;
  if ((await read(unfinished)) !== null) await rm(dataDir, { recursive: true, force: true });

  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // mkdir leaves the rights of a folder alone that was there before.
  await chmod(dataDir, 0o700);

  const version = await read(path.join(dataDir, "PG_VERSION"));
  if (version !== null && version.trim() !== EMBEDDED_VERSION)
    throw new Error(refusal(dataDir, version.trim()));
  if (version === null) await writeFile(unfinished, "");
  return () => rm(unfinished, { force: true });
}

function refusal(dataDir: string, version: string): string {
  return (
    `The database in ${dataDir} was made by PostgreSQL ${version}, which PostgreSQL ${EMBEDDED_VERSION} of this release ` +
    `cannot read. Start the release that made it and move the data to a PostgreSQL server (DATABASE_URL), or move the ` +
    `folder away to begin with an empty database.`
  );
}

async function read(file: string): Promise<string | null> {
  return readFile(file, "utf8").catch(() => null);
}
