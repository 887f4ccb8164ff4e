import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ADMIN_KEY, testServer } from "../support/server.ts";

const run = promisify(execFile);
const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

test("npm run tour tells the main story against a running server", async () => {
  const { url, running } = await testServer();
  const { dataFolder } = running.services.config;
  const port = new URL(running.localIdentity!.url).port;

  const { stdout } = await run(process.execPath, ["server/bin/gatehouse.js", "tour"], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      GATEHOUSE_URL: url,
      DATA_DIR: dataFolder,
      LOCAL_CLERK_PORT: port,
      ADMIN_API_KEY: ADMIN_KEY,
    },
  });

  const told = stdout.split("\n");
  const steps = [
    "signs up",
    "hasProductAccess false",
    "refused with ACCESS_REQUIRED",
    "makes the access code",
    "hasProductAccess true",
    "she is its owner",
    '"Atlas", version 1',
    'projects.list: "Atlas"',
    'now "Boreas", version 2',
    "Eve signs up",
    "refused with FORBIDDEN",
  ];
  for (const [index, step] of steps.entries()) expect(told[index]).toContain(step);
});
