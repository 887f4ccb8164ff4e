import { createClient } from "@gatehouse/client";
import { signToken } from "@gatehouse/client/sign-token";
import { randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Webhook } from "svix";
import { afterEach, expect } from "vitest";
import { readConfig } from "../../server/src/base/config.ts";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import { startServer } from "../../server/src/start.ts";
import type { RunningServer } from "../../server/src/start.ts";
import { openRaceDatabase, testOnPostgres } from "../support/database.ts";
import { openLogBook } from "../support/log-book.ts";
import { freePort } from "../support/free-port.ts";
import { openBalancer } from "../support/proxy.ts";
import * as stripe from "../support/stand-ins/stripe.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** The secrets of which several are good at once, each as its setting has it. */
type Secrets = ReturnType<typeof newSecrets>;

const key32 = (): string => randomBytes(32).toString("base64");
const newSecrets = () => ({
  ADMIN_API_KEY: randomBytes(24).toString("base64url"),
  API_KEY_PEPPER: key32(),
  API_KEY_ENCRYPTION_KEY: key32(),
  CLERK_WEBHOOK_SIGNING_SECRET: `whsec_${key32()}`,
  STRIPE_WEBHOOK_SECRET: `whsec_${key32()}`,
  METRICS_TOKEN: randomBytes(24).toString("base64url"),
});
const both = (first: Secrets, second: Secrets): Secrets =>
  Object.fromEntries(
    Object.entries(first).map(([name, value]) => [name, `${value},${second[name as keyof Secrets]}`]),
  ) as Secrets;

testOnPostgres(
  "every secret of which several are good at once is replaced, in the three steps that docs/operate.md gives, and nobody is refused meanwhile",
  async () => {
    const [oldOnes, newOnes] = [newSecrets(), newSecrets()];
    const fleet = await openFleet(oldOnes);
    const life = await beginLife(fleet, oldOnes);

    await fleet.restartEach(both(oldOnes, newOnes));
    await fleet.restartEach(both(newOnes, oldOnes));
    life.secrets = newOnes;
    await life.rotateSigningKey();
    await life.everybodyHasCalled();
    await fleet.keysHaveMoved();
    await fleet.restartEach(newOnes);
    await life.everybodyHasCalled();
    await life.end();

    expect(life.refused).toEqual([]);
    life.secrets = oldOnes;
    expect(await life.call("admin")).toBe(403);
    expect(await life.call("webhook")).toBe(400);
    expect(await life.call("payment")).toBe(400);
    expect(await life.call("metrics")).toBe(401);
  },
  90_000,
);

/** Two servers behind a load balancer, which are restarted one after the other. */
async function openFleet(first: Secrets) {
  const { url: database, drop } = await openRaceDatabase();
  closers.push(drop);
  const clerk = await openLocalClerk({ port: 0 });
  closers.push(() => clerk.close());
  const start = (port: string, secrets: Secrets): Promise<RunningServer> =>
    startServer(
      readConfig({
        PORT: port,
        DATABASE_URL: database,
        CLERK_SECRET_KEY: clerk.secretKey,
        CLERK_API_URL: clerk.url,
        CLERK_ISSUER: clerk.issuer,
        STRIPE_SECRET_KEY: "sk_test_nothing-is-sold-here",
        DRAIN_SECONDS: "1",
        RATE_LIMIT_ADDRESS_SCALE: "100000",
        LIMITS_FILE: "tests/operate/fixtures/no-limits.json",
        ...secrets,
      }),
      { log: openLogBook().log },
    );
  const ports = [String(await freePort()), String(await freePort())];
  const servers = [await start(ports[0]!, first), await start(ports[1]!, first)];
  closers.push(async () => {
    for (const server of servers) await server.stop();
  });
  const balancer = await openBalancer(ports.map((port) => `http://127.0.0.1:${port}`));
  closers.push(() => balancer.close());
  return {
    url: balancer.url,
    clerk: openControls(clerk),
    servers,
    restartEach: async (secrets: Secrets) => {
      for (const [at, server] of servers.entries()) {
        await server.stop();
        servers[at] = await start(ports[at]!, secrets);
        await expect.poll(() => balancer.ready().length).toBe(2);
      }
    },
    /** By the statement of docs/operate.md. A key that is used moves to the newest pepper beside the request. */
    keysHaveMoved: async () => {
      const documented = /```sql\n([^]*?)```/.exec(await readFile("docs/operate.md", "utf8"))![1]!;
      await expect
        .poll(
          async () => {
            const { pool } = servers[0]!.services.database;
            const { rows } = await pool.query<{ pepper_id: string }>(documented);
            return rows.length;
          },
          { timeout: 20_000 },
        )
        .toBe(1);
    },
  };
}

type Caller = "admin" | "session" | "apiKey" | "keyToken" | "newKey" | "webhook" | "payment" | "metrics";

/** One caller with each kind of credential, who goes on calling until it ends; what was not answered well is kept. */
async function beginLife({ url, clerk, servers }: Awaited<ReturnType<typeof openFleet>>, first: Secrets) {
  const { id: clerkId } = await clerk.createUser({ email: "ada@example.com" });
  const { id: sessionId } = await clerk.createSession(clerkId);
  const token = await clerk.mint({ sessionId, exp: Math.floor(Date.now() / 1_000) + 3_600 });
  const ada = createClient({ url, getToken: () => token });
  const { id: userId } = await ada.me.get.query();
  const { db } = servers[0]!.services.database;
  const { id: workspaceId } = await db.workspace.create({
    data: {
      name: "Busy",
      slug: `busy-${randomUUID()}`,
      tier: "professional",
      members: { create: { userId, role: "owner" } },
    },
  });
  const scopes = ["projects:read" as const];
  const input = { workspaceId, scopes, tier: "lite" as const };
  const plain = await ada.apiKeys.create.mutate({ ...input, name: "Plain" });
  const signing = await ada.apiKeys.create.mutate({ ...input, name: "Signing", jwtSigning: true });

  const life = {
    secrets: first,
    signingSecret: signing.secret,
    refused: [] as string[],
    call: (caller: Caller): Promise<number> => calls[caller](),
    /** What signs tokens is sealed; only a new secret is sealed under the new key. */
    rotateSigningKey: async () => {
      const { secret } = await ada.apiKeys.rotate.mutate({
        workspaceId,
        apiKeyId: signing.id,
        graceSeconds: 3,
      });
      life.signingSecret = secret;
    },
    everybodyHasCalled: async () => {
      const before = { ...count };
      await expect
        .poll(() => Object.entries(count).every(([name, calls]) => calls > before[name as Caller] + 4), {
          timeout: 20_000,
        })
        .toBe(true);
    },
    end: async () => {
      over.abort();
      await Promise.all(running);
    },
  };

  const list = (headers: Record<string, string>): Promise<number> => get("/trpc/projects.list", headers);
  const get = async (path: string, headers: Record<string, string>): Promise<number> => {
    const answer = await fetch(url + path, { headers });
    await answer.text();
    return answer.status;
  };
  const post = async (path: string, body: string, signed: Record<string, string>): Promise<number> => {
    const headers = { "content-type": "application/json", ...signed };
    const answer = await fetch(url + path, { method: "POST", body, headers });
    await answer.text();
    return answer.status;
  };
  const calls: Record<Caller, () => Promise<number>> = {
    admin: () => get("/trpc/admin.users.list", { "x-admin-key": life.secrets.ADMIN_API_KEY }),
    session: () => get("/trpc/me.get", { authorization: `Bearer ${token}` }),
    apiKey: () => list({ authorization: `Bearer ${plain.secret}` }),
    keyToken: async () => {
      const signed = await signToken({ apiKey: life.signingSecret, subject: "somebody" });
      return list({ authorization: `Bearer ${signed}` });
    },
    // Made on one server, used at once on the other.
    newKey: async () => {
      const { id, secret } = await ada.apiKeys.create.mutate({ ...input, name: "New" });
      const status = await list({ authorization: `Bearer ${secret}` });
      await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId: id });
      return status;
    },
    webhook: async () => {
      const [id, at] = [`msg_${randomUUID()}`, new Date()];
      const body = JSON.stringify({
        object: "event",
        type: "email.created",
        data: {},
        timestamp: at.getTime(),
      });
      const signature = new Webhook(life.secrets.CLERK_WEBHOOK_SIGNING_SECRET).sign(id, at, body);
      return post("/webhooks/clerk", body, {
        "svix-id": id,
        "svix-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "svix-signature": signature,
      });
    },
    payment: async () => {
      const event = stripe.makeEvent("product.created", { id: randomUUID() });
      const body = JSON.stringify({ object: "event", api_version: null, ...event });
      const signature = stripe.sign(body, { secret: life.secrets.STRIPE_WEBHOOK_SECRET });
      return post("/webhooks/stripe", body, { "stripe-signature": signature });
    },
    metrics: () => get("/metrics", { authorization: `Bearer ${life.secrets.METRICS_TOKEN}` }),
  };
  const count = Object.fromEntries(Object.keys(calls).map((name) => [name, 0])) as Record<Caller, number>;
  const over = new AbortController();
  const goOn = async (caller: Caller): Promise<void> => {
    while (!over.signal.aborted) {
      const outcome = await calls[caller]().catch((error: unknown) => String(error));
      count[caller] += 1;
      if (outcome !== 200 && outcome !== 204) life.refused.push(`${caller}: ${outcome}`);
      await sleep(5);
    }
  };
  const running = (Object.keys(calls) as Caller[]).map(goOn);
  await life.everybodyHasCalled();
  return life;
}
