import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
const EXAMPLE = join(ROOT, "client/example");
const VITE = join(ROOT, "node_modules/vite/bin/vite.js");

/** The developer's own environment shall not decide what a test sees. */
function run(words: readonly string[], env: Record<string, string>, cwd: string): ChildProcess {
  const inherited = { PATH: process.env["PATH"] ?? "" };
  const child = spawn(process.execPath, words, { cwd, env: { ...inherited, ...env } });
  for (const stream of [child.stdout, child.stderr]) stream.resume();
  return child;
}

export async function buildExample(outDir: string, env: Record<string, string>): Promise<void> {
  const child = run([VITE, "build", "--outDir", outDir, "--emptyOutDir"], env, EXAMPLE);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`vite build ended with ${code}: ${said}`);
}

/** The built page behind Vite's own server, which hands calls on to the API as it does in development. */
export async function serveExample(
  outDir: string,
  { port, apiUrl }: { port: number; apiUrl: string },
): Promise<ChildProcess> {
  const words = [VITE, "preview", "--outDir", outDir, "--port", String(port), "--strictPort"];
  const child = run(words, { GATEHOUSE_URL: apiUrl }, EXAMPLE);
  await answers(`http://127.0.0.1:${port}/`, child);
  return child;
}

/** The built server, as `npm start` runs it; resolves when it is ready. */
export async function startServer(url: string, env: Record<string, string>): Promise<ChildProcess> {
  const child = run([join(ROOT, "server/dist/main.js")], env, ROOT);
  await answers(`${url}/readyz`, child);
  return child;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const isThere = (): Promise<boolean> =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isThere())) {
    if (child.exitCode !== null) throw new Error(`what should answer at ${url} ended with ${child.exitCode}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}
