import { execFile, execFileSync } from "node:child_process";
import { chown, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../support/free-port.ts";

const run = promisify(execFile);

/** A PostgreSQL of the test's own, which may be stopped, killed and starved. */
export interface Cluster {
  url: string;
  port: number;
  folder: string;
  /** Waits until it takes connections. */
  start: () => Promise<void>;
  /** `fast` ends all sessions, `immediate` is a crash with a goodbye. */
  stop: (mode: "fast" | "immediate") => Promise<void>;
  /** As a crash or the kernel does it. */
  kill: () => Promise<void>;
  remove: () => Promise<void>;
}

/** PostgreSQL refuses to run as root, as CI often does. */
const OTHER_USER = userInfo().uid === 0 ? ["runuser", "-u", "postgres", "--"] : [];

/** @param options.folder where it keeps its files: a small disk, for instance; a new folder where it is left out */
export async function openCluster(
  options: { settings?: Record<string, string>; folder?: string } = {},
): Promise<Cluster> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "gatehouse-cluster-")));
  if (OTHER_USER.length > 0) await chown(folder, idOf("-u"), idOf("-g"));
  const data = join(folder, "data");
  const port = await freePort();
  const settings = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    ...options.settings,
  };
  const words = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  await asOther("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "--wal-segsize=1"]);

  const start = async (): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      try {
        await asOther("pg_ctl", [
          "-D",
          data,
          "-w",
          "-t",
          "30",
          "-l",
          join(folder, "log"),
          "-o",
          words.join(" "),
          "start",
        ]);
        return;
      } catch (error) {
        // The processes of one that was killed take a moment to notice.
        if (attempt === 20) throw error;
        await sleep(250);
      }
    }
  };
  const stop = (mode: string): Promise<void> =>
    asOther("pg_ctl", ["-D", data, "-w", "-t", "30", "-m", mode, "stop"]);
  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    folder,
    start,
    stop,
    kill: async () => {
      const [pid = ""] = (await readFile(join(data, "postmaster.pid"), "utf8")).split("\n");
      process.kill(Number(pid), "SIGKILL");
    },
    remove: async () => {
      await stop("immediate").catch(() => undefined);
      await rm(data, { recursive: true, force: true });
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps the programs of a cluster out of the PATH. */
function programsFolder(): string {
  return execFileSync("pg_config", ["--bindir"], { encoding: "utf8" }).trim();
}

async function asOther(program: string, words: string[]): Promise<void> {
  const [command = "", ...rest] = [...OTHER_USER, join(programsFolder(), program), ...words];
  // What it starts must not keep our pipes open: `pg_ctl start` would never be over.
  await run(command, rest, { cwd: "/", env: { ...process.env, LC_ALL: "C" } });
}

function idOf(which: "-u" | "-g"): number {
  return Number(execFileSync("id", [which, "postgres"], { encoding: "utf8" }));
}
