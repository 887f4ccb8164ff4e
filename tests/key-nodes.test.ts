import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { readConfig } from "../server/src/base/config.ts";
import { startServer } from "../server/src/start.ts";
import type { RunningServer } from "../server/src/start.ts";
import { openControls } from "../server/src/local-clerk/controls.ts";
import { createClient } from "@gatehouse/client";
import { openRaceDatabase, testOnPostgres } from "./support/database.ts";
import { openLogBook } from "./support/log-book.ts";

testOnPostgres(
  "what one server decides about a key, another on the same database obeys in a moment",
  async () => {
    const nodes = await openNodes();
    const [here, there] = nodes.servers;
    const { ada, workspaceId, userId } = await signUpAt(here!);
    const key = await ada.apiKeys.create.mutate({
      workspaceId,
      name: "Shared",
      scopes: ["projects:read"],
      tier: "lite",
    });
    const apiKeyId = key.id;
    /** News take a moment to come: most often less than one, and never 30 seconds. */
    const isAnswered = (secret: string, expected: number) =>
      vi.waitFor(async () => {
        const answer = await fetch(`${there!.url}/trpc/projects.list`, {
          headers: { authorization: `Bearer ${secret}` },
        });
        expect(answer.status).toBe(expected);
      }, 1_000);
    await isAnswered(key.secret, 200);

    await ada.apiKeys.update.mutate({ workspaceId, apiKeyId, scopes: ["members:read"] });
    await isAnswered(key.secret, 403);
    await ada.apiKeys.update.mutate({ workspaceId, apiKeyId, scopes: ["projects:read"] });
    await isAnswered(key.secret, 200);

    const { secret } = await ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId, graceSeconds: 0 });
    await isAnswered(key.secret, 401);
    await isAnswered(secret, 200);

    const { db } = here!.services.database;
    const membership = { workspaceId, userId };
    await db.workspaceMember.delete({ where: { workspaceId_userId: membership } });
    await isAnswered(secret, 403);
    await db.workspaceMember.create({ data: { ...membership, role: "owner" } });
    await isAnswered(secret, 200);

    await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId });
    await isAnswered(secret, 401);
    await nodes.close();
  },
);

testOnPostgres(
  "of many keys made and rotated at once, no limit is passed and no secret survives",
  async () => {
    const nodes = await openNodes();
    const [here, there] = nodes.servers;
    const { ada, workspaceId, as } = await signUpAt(here!);
    const make = (url: string) =>
      as(url).apiKeys.create.mutate({ workspaceId, name: "Race", scopes: ["projects:read"], tier: "lite" });

    const made = await Promise.allSettled(Array.from({ length: 24 }, () => make(here!.url)));
    const keys = made.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(keys).toHaveLength(10);

    const [{ id: apiKeyId }] = keys as [(typeof keys)[number]];
    const rotated = await Promise.all(
      Array.from({ length: 8 }, () => ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId })),
    );
    const works = async (secret: string): Promise<boolean> =>
      (await fetch(`${there!.url}/trpc/projects.list`, { headers: { authorization: `Bearer ${secret}` } }))
        .ok;
    const alive = await Promise.all(rotated.map(({ secret }) => works(secret)));
    // The newest, and the one before it in its grace period.
    expect(alive.filter(Boolean)).toHaveLength(2);
    await nodes.close();
  },
);

/** Two servers on one database, as behind a load balancer: what keys are hashed under is the same. */
async function openNodes(): Promise<{ servers: RunningServer[]; close: () => Promise<void> }> {
  const { url, drop } = await openRaceDatabase();
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-nodes-"));
  const pepper = randomBytes(32).toString("base64");
  const open = (name: string) =>
    startServer(
      readConfig({
        PORT: "0",
        LOCAL_CLERK_PORT: "0",
        DATABASE_URL: url,
        DATA_DIR: join(folder, name),
        API_KEY_PEPPER: pepper,
        RATE_LIMIT_ADDRESS_SCALE: "1000",
      }),
      { log: openLogBook().log },
    );
  const servers = [await open("one"), await open("two")];
  const close = async (): Promise<void> => {
    for (const server of servers) await server.stop();
    await drop();
    await rm(folder, { recursive: true });
  };
  return { servers, close };
}

async function signUpAt({ url, localIdentity, services }: RunningServer) {
  const clerk = openControls({ url: localIdentity!.url, controlToken: localIdentity!.controlToken });
  const { id } = await clerk.createUser({ email: "ada@example.com" });
  const { id: sessionId } = await clerk.createSession(id);
  const token = await clerk.mint({ sessionId, exp: Math.floor(Date.now() / 1_000) + 600 });
  const as = (address: string) => createClient({ url: address, getToken: () => token });
  const ada = as(url);
  const { id: userId } = await ada.me.get.query();
  const workspace = await services.database.db.workspace.create({
    data: { name: "Shared", slug: "shared", members: { create: { userId, role: "owner" } } },
  });
  return { ada, as, userId, workspaceId: workspace.id };
}
