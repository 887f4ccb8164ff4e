import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { LocalClerk } from "../../../server/src/local-clerk/open.ts";
import { freePort } from "../../support/free-port.ts";

const CHECKOUT = resolve(fileURLToPath(import.meta.url), "../../../..");
const PATIENCE_MS = 60_000;

export const ADMIN_KEY = "admin-key-of-the-faults";

/** The built server as operators run it: a process of its own. */
export interface Node {
  url: string;
  pid: number;
  /** One JSON line for each thing that it has said. */
  log: () => string;
  /** As a crash does: no time to finish anything. */
  kill: () => Promise<void>;
  /** It stands still and answers nobody, as under a hypervisor that is short of time; then it goes on. */
  freeze: () => void;
  thaw: () => void;
  /** As an operator does. Resolves with its exit code. */
  stop: () => Promise<number | null>;
}

export interface NodeOptions {
  databaseUrl: string;
  clerk: LocalClerk;
  env?: Record<string, string>;
  port?: number;
  /** Where it was built: another version lies elsewhere. */
  checkout?: string;
  /** A program that starts it, `prlimit` for instance. */
  under?: readonly string[];
}

/** Resolves when it says that it is ready. */
export async function startNode(options: NodeOptions): Promise<Node> {
  const { databaseUrl, clerk, env = {}, port = await freePort(), under = [], checkout = CHECKOUT } = options;
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-node-"));
  const limits = join(folder, "limits.json");
  await writeFile(limits, JSON.stringify({ perMinute: { user: 1_000_000 } }));
  const [command, ...words] = [
    ...under,
    process.execPath,
    "--enable-source-maps",
    join(checkout, "server/dist/main.js"),
  ];
  const child = spawn(command, words, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: String(port),
      DATA_DIR: folder,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: "warn",
      ADMIN_API_KEY: ADMIN_KEY,
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_API_URL: clerk.url,
      CLERK_ISSUER: clerk.issuer,
      RATE_LIMIT_ADDRESS_SCALE: "100000",
      // Callers here ask as fast as they are answered.
      LIMITS_FILE: limits,
      ...env,
    },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const gone = once(child, "close").then(async ([code]) => {
    await rm(folder, { recursive: true, force: true });
    return code as number | null;
  });
  const signal = (name: "SIGKILL" | "SIGTERM"): Promise<number | null> => {
    child.kill(name);
    return gone;
  };
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + PATIENCE_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`the server is not ready: ${said}`);
    }
    await sleep(20);
  }
  return {
    url,
    pid: child.pid ?? 0,
    log: () => said,
    kill: async () => void (await signal("SIGKILL")),
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    stop: () => signal("SIGTERM"),
  };
}

export async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`);
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** Waits until it can serve again. The test's own time limit ends a wait in vain. */
export async function ready({ url }: Pick<Node, "url">): Promise<void> {
  while (!(await isReady(url))) await sleep(20);
}
