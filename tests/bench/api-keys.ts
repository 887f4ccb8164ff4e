import { signToken } from "@gatehouse/client/sign-token";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { readConfig } from "../../server/src/base/config.ts";
import { openLog } from "../../server/src/base/log.ts";
import { makeSecret } from "../../server/src/features/api-keys/secrets.ts";
import { resolvePrincipal } from "../../server/src/identity/resolve.ts";
import { startServer } from "../../server/src/start.ts";
import type { RunningServer } from "../../server/src/start.ts";

const KEYS = 1_000;
const ROUNDS = 3;

/** What it costs to find out who holds one of a thousand keys. With DATABASE_URL on that PostgreSQL, else on the embedded one. */
const folder = await mkdtemp(join(tmpdir(), "gatehouse-bench-"));
const url = process.env["DATABASE_URL"];
const config = readConfig({
  PORT: "0",
  LOCAL_CLERK_PORT: "0",
  DATA_DIR: folder,
  ...(url === undefined ? {} : { DATABASE_URL: url }),
});
const server = await startServer(config, { log: openLog("silent") });
const { workspaceId, texts } = await makeKeys(server);
const tokens = await Promise.all(texts.map((apiKey) => signToken({ apiKey, subject: "bench" })));
await measure("API key", texts, "apiKey");
await measure("token signed with a key", tokens, "apiKey");
await measure(
  "mistyped key",
  texts.map((text) => `${text.slice(0, -1)}~`),
  "rejected",
);
await server.services.database.db.workspace.delete({ where: { id: workspaceId } });
await server.stop();
await rm(folder, { recursive: true });

async function makeKeys({ services }: RunningServer): Promise<{ workspaceId: string; texts: string[] }> {
  const { db } = services.database;
  const owner = await db.user.create({
    data: { clerkId: `user_${randomUUID()}`, clerkUpdatedAt: new Date() },
  });
  const members = { create: { userId: owner.id, role: "owner" } } as const;
  const { id } = await db.workspace.create({ data: { name: "Bench", slug: randomUUID(), members } });
  const rows = await db.apiKey.createManyAndReturn({
    data: Array.from({ length: KEYS }, () => ({
      workspaceId: id,
      ownerId: owner.id,
      name: "Bench",
      scopes: ["projects:read"],
      tier: "lite" as const,
      jwtSigning: true,
      ipAllow: [],
    })),
  });
  const secrets = rows.map((row) => ({
    apiKeyId: row.id,
    ...makeSecret(row.id, true, services.identity.keys),
  }));
  await db.apiKeySecret.createMany({
    data: secrets.map(({ apiKeyId, stored }) => ({ apiKeyId, ...stored })),
  });
  return { workspaceId: id, texts: secrets.map(({ text }) => text) };
}

async function measure(name: string, credentials: readonly string[], expected: string): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const token of credentials) {
      const started = performance.now();
      const { kind } = await resolvePrincipal(
        { kind: "bearer", token },
        "127.0.0.1",
        server.services.identity,
      );
      // The first round warms up.
      if (round > 0) took.push(performance.now() - started);
      if (kind !== expected) throw new Error(`${name}: ${kind}`);
    }
  }
  took.sort((one, other) => one - other);
  const at = (share: number): string => ((took[Math.floor(took.length * share)] ?? 0) * 1_000).toFixed(0);
  console.log(`${name.padEnd(26)} p50 ${at(0.5).padStart(6)} µs   p99 ${at(0.99).padStart(6)} µs`);
}
