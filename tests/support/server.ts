import { createClient } from "@gatehouse/client";
import type { AdminApi, Api } from "@gatehouse/client";
import type { LimitChanges } from "@gatehouse/shared";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../server/src/base/config.ts";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import type { Controls } from "../../server/src/local-clerk/controls.ts";
import { startServer } from "../../server/src/start.ts";
import type { RunningServer } from "../../server/src/start.ts";
import { openTestDatabase } from "./database.ts";
import type { TestDatabase } from "./database.ts";
import { fileServer } from "./file-server.ts";
import { LANE } from "./lane.ts";
import { openLogBook } from "./log-book.ts";
import type { LogBook } from "./log-book.ts";
import { giveKeys } from "./provider.ts";

export const ADMIN_KEY = "admin-key-of-the-tests";

/** The whole product on loopback: the server, its database and the local identity provider. */
export interface TestServer {
  url: string;
  running: RunningServer;
  /** Makes users, sessions and tokens as Clerk would. */
  clerk: Controls;
  log: LogBook;
  /** Where another server can reach the same database; null for the embedded one. */
  databaseUrl: string | null;
  /** A client for somebody who shows this token; null for nobody. */
  as: (token: string | null) => Api;
  admin: AdminApi;
}

/** What a server of the tests is given beside the usual settings. */
export interface TestServerOptions {
  /** What LIMITS_FILE would say. */
  limits?: LimitChanges;
  /** A database that the caller closes; one of its own where it is left out. */
  database?: TestDatabase;
}

/** Settings of this file's server beside the usual ones. To be said in a `beforeAll`, before anybody asks for it. */
export function serveWith(env: Record<string, string>, options: TestServerOptions = {}): void {
  if (fileServer.opened !== null) throw new Error("the server of this file runs already");
  fileServer.settings = { ...fileServer.settings, ...env };
  fileServer.options = { ...fileServer.options, ...options };
}

/** The server of this test file; the first who asks starts it. Everything is gone after the last test. */
export function testServer(): Promise<TestServer> {
  fileServer.opened ??= openTestServer(fileServer.settings, fileServer.options);
  return fileServer.opened;
}

/** Another server of its own, with other settings. The caller stops it. */
export async function openTestServer(
  env: Record<string, string> = {},
  options: TestServerOptions = {},
): Promise<TestServer & { stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-"));
  await giveKeys(join(folder, "local-clerk"));
  const limitsFile = join(folder, "limits.json");
  await writeFile(limitsFile, JSON.stringify(options.limits ?? {}));
  const database = options.database ?? (await openTestDatabase());
  const log = openLogBook();
  const config = readConfig({
    PORT: "0",
    LOCAL_CLERK_PORT: "0",
    DATA_DIR: folder,
    ADMIN_API_KEY: ADMIN_KEY,
    LOG_LEVEL: "debug",
    // All tests come from one address, with bad credentials more often than any honest caller.
    RATE_LIMIT_ADDRESS_SCALE: "100000",
    LIMITS_FILE: limitsFile,
    ...LANE,
    ...env,
  });
  const running = await startServer(config, { log: log.log, database: database.database });
  const { url, localIdentity } = running;
  const stop = async (): Promise<void> => {
    await running.stop();
    if (options.database === undefined) await database.close();
    await rm(folder, { recursive: true });
  };
  return {
    url,
    running,
    clerk: openControls({ url: localIdentity!.url, controlToken: localIdentity!.controlToken }),
    log,
    databaseUrl: database.url,
    as: (token) => createClient(token === null ? { url } : { url, getToken: () => token }),
    admin: createClient({ url, adminKey: ADMIN_KEY }),
    stop,
  };
}
