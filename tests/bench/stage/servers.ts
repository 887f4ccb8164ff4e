import type { ChildProcess } from "node:child_process";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openConnection } from "../load/connection.ts";
import { freePort } from "../../support/free-port.ts";
import { logFile, startPinned, stopped } from "./processes.ts";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../../..");
const TEXTBOOK = resolve(ROOT, "tests/bench/textbook");
const bin = (name: string): string => resolve(ROOT, "node_modules/.bin", name);

/** The servers that are compared: ours, what the guides add up to, and two floors. */
export type ServerName = "gatehouse" | "textbook" | "hello" | "bare";

const PROGRAMS: Record<ServerName, { words: string[]; ready: string }> = {
  gatehouse: {
    words: ["--enable-source-maps", resolve(ROOT, "server/dist/bundle/main.js")],
    ready: "/readyz",
  },
  textbook: { words: [resolve(TEXTBOOK, "dist/main.js")], ready: "/trpc/nothing" },
  hello: { words: ["--import", "tsx", resolve(ROOT, "tests/bench/servers/hello.ts")], ready: "/hello" },
  bare: { words: ["--import", "tsx", resolve(ROOT, "tests/bench/servers/bare.ts")], ready: "/" },
};

export interface StageServer {
  name: ServerName;
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** Starts one of the servers on the servers' core and waits until it answers. */
export async function startStageServer(name: ServerName, env: Record<string, string>): Promise<StageServer> {
  const port = await freePort();
  const { words, ready } = PROGRAMS[name];
  const child = startPinned("server", { words, cwd: ROOT, env: { ...env, PORT: String(port) } });
  await answers(child, `http://127.0.0.1:${port}${ready}`, name);
  return { name, port, pid: child.pid ?? 0, stop: () => stopped(child) };
}

async function answers(child: ChildProcess, url: string, name: string): Promise<void> {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    if (child.exitCode !== null) throw new Error(`${name} did not start; it said why in ${logFile}`);
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status !== 0 && status !== 503) return;
    await sleep(2);
  }
  throw new Error(`${name} does not answer; see ${logFile}`);
}

/** Milliseconds from the start of the process to the first answer of 200 to this request. */
export async function timeToFirstAnswer(
  name: ServerName,
  env: Record<string, string>,
  request: string,
): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = startPinned("server", {
    words: PROGRAMS[name].words,
    cwd: ROOT,
    env: { ...env, PORT: String(port) },
  });
  try {
    while (child.exitCode === null) {
      if (await isAnswered(port, request)) return performance.now() - startedAt;
      await sleep(1);
    }
    throw new Error(`${name} did not start; it said why in ${logFile}`);
  } finally {
    await stopped(child);
  }
}

async function isAnswered(port: number, request: string): Promise<boolean> {
  try {
    const connection = await openConnection(port);
    const { status } = await connection.ask(request);
    connection.close();
    return status === 200;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

/** Installs and builds the textbook server from its own lock file, where that has not been done. */
export function buildTextbook(say: (line: string) => void): void {
  if (!existsSync(resolve(TEXTBOOK, "node_modules"))) {
    say("installing the textbook server …");
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], TEXTBOOK);
  }
  const schema = resolve(TEXTBOOK, "schema.prisma");
  run(bin("prisma"), ["generate", "--no-hints", "--schema", schema], ROOT);
  run(bin("tsc"), ["-p", TEXTBOOK], ROOT);
}

function run(command: string, words: string[], cwd: string): void {
  execFileSync(command, words, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
