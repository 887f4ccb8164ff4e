import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../server/src/base/config.ts";
import { keys } from "../../server/src/cli/keys/keys.ts";
import { startServer } from "../../server/src/start.ts";
import { callCommand, runCli } from "../support/command.ts";
import { makeEmbeddedFolder } from "../support/database.ts";
import { openLogBook } from "../support/log-book.ts";

test("gatehouse keys makes a key of a workspace that a server then believes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-keys-"));
  await makeEmbeddedFolder(join(folder, "database"));
  const env = { DATA_DIR: folder, PORT: "0", LOCAL_CLERK_PORT: "0" };
  const start = () => startServer(readConfig(env), { log: openLogBook().log });
  const first = await start();
  const { db } = first.services.database;
  const user = await db.user.create({ data: { clerkId: "user_keys", clerkUpdatedAt: new Date() } });
  await db.workspace.create({
    data: {
      name: "Self-hosted",
      slug: "self-hosted",
      members: { create: { userId: user.id, role: "owner" } },
    },
  });
  await first.stop();
  const words = ["create", "--name", "CI", "--tier", "lite", "--workspace", "self-hosted", "--scopes"];

  const made = await runCli(["keys", ...words, "projects:read, usage:write"], env);

  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(/^gk_test_\w+\n$/);
  expect(await callCommand(keys, [...words, "everything"], env)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("--scopes") as string,
  });

  const second = await start();
  const answer = await fetch(`${second.url}/trpc/projects.list`, {
    headers: { authorization: `Bearer ${made.stdout.trim()}` },
  });
  expect(answer.status).toBe(200);
  await second.stop();
  await rm(folder, { recursive: true });
}, 120_000);
