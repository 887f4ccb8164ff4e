import { spawn, spawnSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyCheckout } from "../support/copy-checkout.ts";
import { applyDiff, readGuide } from "./read-guide.ts";
import type { Step } from "./read-guide.ts";

let checkout: string;
beforeAll(async () => {
  checkout = await copyCheckout();
});
afterAll(() => rm(checkout, { recursive: true, force: true }));

/** What it runs decides for itself how it runs, and not by what this test runs in. */
const ENV = { PATH: process.env["PATH"], HOME: process.env["HOME"] };

test("whoever does what the guide to a feature says, word for word, has a feature that works", async () => {
  const steps = readGuide(await readFile(join(checkout, "docs/add-a-feature.md"), "utf8"));
  expect(steps.length).toBeGreaterThan(15);

  for (const step of steps) await follow(step);

  const description = await describeServer();
  expect(description).toContain('"/api/v1/time-entries/{time_entry_id}"');
}, 900_000);

async function follow(step: Step): Promise<void> {
  if (step.kind === "run") return run(step.command);
  const file = join(checkout, step.file);
  await mkdir(dirname(file), { recursive: true });
  const text =
    step.kind === "write" ? step.text : applyDiff(await readFile(file, "utf8"), step.diff, step.file);
  await writeFile(file, text);
}

function run(command: string): void {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
    cwd: checkout,
    env: ENV,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command} failed:\n${stdout.slice(-6_000)}\n${stderr.slice(-6_000)}`);
}

/** Starts what was built, as `npm start` does, and asks it what it offers. */
async function describeServer(): Promise<string> {
  const env = { ...ENV, DATA_DIR: join(checkout, ".data"), PORT: "0", LOCAL_CLERK_PORT: "0" };
  const server = spawn("npm", ["start"], { cwd: checkout, env, detached: true });
  const ended = new Promise((done) => server.once("close", done));
  try {
    const url = await addressIn(server.stdout);
    return await (await fetch(`${url}/openapi.json`)).text();
  } finally {
    // npm starts a shell, which starts the server: all of them together.
    process.kill(-server.pid!);
    await ended;
  }
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  let printed = "";
  for await (const part of output) {
    printed += String(part);
    const url = /(http:\S+)\/trpc/.exec(printed)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`the server did not start: ${printed}`);
}
