import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createServer } from "vite";

/** `npm run example`: the page, beside a server that runs already or with one of its own, under the server's settings. */
const { env } = process;
if (existsSync(".env")) process.loadEnvFile();
const { HOST = "127.0.0.1", PORT = "3000", LOCAL_CLERK_PORT = "3001", CLERK_PUBLISHABLE_KEY } = env;
const isElsewhere = env["GATEHOUSE_URL"] !== undefined;
// Vite and vite.config.ts read these.
const serverUrl = (env["GATEHOUSE_URL"] ??= `http://${HOST}:${PORT}`);
env["VITE_LOCAL_CLERK_URL"] ??= `http://127.0.0.1:${LOCAL_CLERK_PORT}`;
if (CLERK_PUBLISHABLE_KEY !== undefined) env["VITE_CLERK_PUBLISHABLE_KEY"] ??= CLERK_PUBLISHABLE_KEY;

const page = await createServer({ root: import.meta.dirname });
await page.listen();
const pageUrl = page.resolvedUrls?.local[0] ?? "";

const server = isElsewhere || (await isReady()) ? null : startServer();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop(signal));
if (server !== null) await startOf(server);
if (server === null || server.exitCode === null) print(welcome());
else await page.close();

/** Links in letters, and buyers who come back, shall find the page. */
function startServer(): ChildProcess {
  const program = resolve(import.meta.dirname, "../../server/dist/main.js");
  return spawn(process.execPath, [program], { env: { APP_URL: pageUrl, ...env }, stdio: "inherit" });
}

/** Until it is ready, or has ended and said why. */
async function startOf(child: ChildProcess): Promise<void> {
  while (child.exitCode === null && !(await isReady())) await later();
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  // Ctrl-C reaches everything that the terminal has started; a second one would cut the server off.
  if (signal !== "SIGINT") server?.kill(signal);
  await page.close();
}

function isReady(): Promise<boolean> {
  return fetch(`${serverUrl}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function later(): Promise<void> {
  return new Promise((done) => setTimeout(done, 200));
}

function welcome(): string {
  const makeCode = `curl -X POST ${serverUrl}/api/v1/admin/access-codes -H "X-Admin-Key: $(cat .data/admin-key)"`;
  return ["", `The example is at ${pageUrl}`, `An access code:  ${makeCode}`, ""].join("\n");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
