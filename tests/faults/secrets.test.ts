import { createClient, isApiError } from "@gatehouse/client";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBalancer } from "../support/proxy.ts";
import type { Balancer } from "../support/proxy.ts";
import { openPaypalStandIn } from "../support/stand-ins/paypal.ts";
import { openSmtpServer } from "../support/stand-ins/smtp.ts";
import type { SmtpServer } from "../support/stand-ins/smtp.ts";
import { openStripeStandIn } from "../support/stand-ins/stripe.ts";
import { openCluster } from "./parts/cluster.ts";
import { openGate } from "./parts/gate.ts";
import type { Gate } from "./parts/gate.ts";
import type { Node } from "./parts/node.ts";
import { openRedisProcess } from "./parts/redis.ts";
import type { RedisProcess } from "./parts/redis.ts";
import { openScene } from "./parts/scene.ts";
import type { Scene } from "./parts/scene.ts";

// Secrets of which one is good at a time here. The other side takes two for a while: a second key, role or user.

const STRIPE = { old: "sk_test_the-old-one", new: "sk_test_the-new-one" };
const PAYPAL = { old: "the-old-one", new: "the-new-one" };
const CLERK = { old: "sk_test_old-of-clerk", new: "sk_test_new-of-clerk" };
const basic = (secret: string): string => `Basic ${Buffer.from(`stand-in:${secret}`).toString("base64")}`;

const closers: (() => Promise<unknown>)[] = [];
let redis: RedisProcess;
let smtp: SmtpServer;
let scene: Scene;
let gates: Record<"clerk" | "stripe" | "paypal", Gate>;
let databaseOf: (role: string) => string;
let servers: [Node, Node];
let balancer: Balancer;

beforeAll(async () => {
  const cluster = await openCluster();
  const psql = new Client(cluster.url);
  await psql.connect();
  await psql.query("CREATE ROLE first LOGIN");
  await psql.query("CREATE DATABASE app OWNER first");
  await psql.end();
  databaseOf = (role) => `postgres://${role}@127.0.0.1:${cluster.port}/app`;
  redis = await openRedisProcess();
  await redis.ask((ask) => ask.call("ACL", "SETUSER", "first", "on", ">one", "~*", "&*", "+@all"));
  smtp = await openSmtpServer();
  const [stripe, paypal] = [await openStripeStandIn(), await openPaypalStandIn()];
  closers.push(
    () => redis.kill(),
    () => smtp.close(),
    () => stripe.close(),
    () => paypal.close(),
  );
  scene = await openScene({
    cluster,
    databaseUrl: databaseOf("first"),
    env: {
      DRAIN_SECONDS: "1",
      APP_URL: "https://app.example.com",
      MAIL_FROM: "no-reply@example.com",
      ...stripe.env,
      ...paypal.env,
    },
  });
  const clerk = { good: [`Bearer ${CLERK.old}`], real: `Bearer ${scene.clerk.secretKey}` };
  gates = {
    clerk: await openGate(scene.clerk.url, clerk),
    stripe: await openGate(stripe.url, { good: [`Bearer ${STRIPE.old}`] }),
    paypal: await openGate(paypal.url, { good: [basic(PAYPAL.old)], at: "/v1/oauth2/token" }),
  };
  await scene.node.stop();
  servers = [await start("old", "first"), await start("old", "first")];
  balancer = await openBalancer(servers.map(({ url }) => url));
}, 120_000);
afterAll(async () => {
  await balancer.close();
  await scene.close();
  for (const gate of Object.values(gates)) await gate.close();
  for (const close of closers.toReversed()) await close();
});

/** @param user what its role, its user of Redis and its user of the mail server are called */
function start(age: "old" | "new", user: string, port?: number): Promise<Node> {
  const password = user === "first" ? "one" : "two";
  return scene.another({
    ...(port === undefined ? {} : { port }),
    databaseUrl: databaseOf(user),
    env: {
      CLERK_SECRET_KEY: CLERK[age],
      CLERK_API_URL: gates.clerk.url,
      STRIPE_SECRET_KEY: STRIPE[age],
      STRIPE_API_URL: gates.stripe.url,
      PAYPAL_CLIENT_SECRET: PAYPAL[age],
      PAYPAL_API_URL: gates.paypal.url,
      REDIS_URL: redis.url.replace("//", `//${user}:${password}@`),
      SMTP_URL: smtp.urlOf(age === "old" ? "gatehouse" : user),
    },
  });
}

/** Callers of everything that needs one of these secrets, until they are stopped. */
function beginLife() {
  const { getToken, workspaceId } = scene;
  const api = createClient({ url: balancer.url, getToken, retries: 0 });
  const buy = (provider: "stripe" | "paypal") =>
    api.billing.checkout.mutate({ workspaceId, packId: "starter", provider });
  const calls: Record<string, () => Promise<unknown>> = {
    "the database and Redis": () => api.projects.list.query({ workspaceId }),
    Clerk: () => api.me.sessions.list.query({}),
    Stripe: () => buy("stripe"),
    PayPal: () => buy("paypal"),
    "the mail server": async () => {
      const email = `guest-${Math.random()}@example.com`;
      const invited = await api.invitations.create.mutate({ workspaceId, email, role: "viewer" });
      if (!invited.mailSent) throw new Error("the mail was not sent");
      await api.invitations.revoke.mutate({ workspaceId, invitationId: invited.id });
      await sleep(500);
    },
  };
  const over = new AbortController();
  const refused: string[] = [];
  const count = Object.fromEntries(Object.keys(calls).map((name) => [name, 0]));
  const running = Object.entries(calls).map(async ([name, call]) => {
    for (; !over.signal.aborted; await sleep(20)) {
      await call().catch((error: unknown) =>
        refused.push(`${name}: ${isApiError(error) ? error.code : String(error)}`),
      );
      count[name]! += 1;
    }
  });
  return {
    refused,
    everybodyHasCalled: async () => {
      const before = { ...count };
      const isSo = () => Object.keys(calls).every((name) => count[name]! > before[name]! + 4);
      await expect.poll(isSo, { timeout: 60_000 }).toBe(true);
    },
    end: async () => {
      over.abort();
      await Promise.all(running);
    },
  };
}

test("each secret that takes one value is replaced by a restart of one server after the other, and nobody is refused", async () => {
  const life = beginLife();
  await life.everybodyHasCalled();

  // The other sides take both, as docs/operate.md has it.
  gates.clerk.good.add(`Bearer ${CLERK.new}`);
  gates.stripe.good.add(`Bearer ${STRIPE.new}`);
  gates.paypal.good.add(basic(PAYPAL.new));
  smtp.users.set("second", "another secret");
  await redis.ask((ask) => ask.call("ACL", "SETUSER", "second", "on", ">two", "~*", "&*", "+@all"));
  await scene.pool.query("CREATE ROLE second LOGIN IN ROLE first");
  await scene.pool.query("ALTER ROLE second SET role = first");

  for (const at of [0, 1] as const) {
    const port = Number(new URL(servers[at].url).port);
    await servers[at].stop();
    servers[at] = await start("new", "second", port);
    await expect.poll(() => balancer.ready().length).toBe(2);
    await life.everybodyHasCalled();
  }

  // Nobody uses the old ones any more, so they are taken away.
  gates.clerk.good.delete(`Bearer ${CLERK.old}`);
  gates.stripe.good.delete(`Bearer ${STRIPE.old}`);
  gates.paypal.good.delete(basic(PAYPAL.old));
  smtp.users.delete("gatehouse");
  await redis.ask((ask) => ask.call("ACL", "DELUSER", "first"));
  await scene.pool.query("ALTER ROLE first NOLOGIN");
  const { rows } = await scene.pool.query("SELECT FROM pg_stat_activity WHERE usename = 'first'");
  await life.everybodyHasCalled();
  await life.end();

  expect(rows).toEqual([]);
  expect(life.refused).toEqual([]);
  for (const gate of Object.values(gates)) expect(gate.turnedAway()).toBe(0);
  for (const server of servers) expect(server.log()).not.toContain("Redis cannot be reached");
  await expect(start("old", "first")).rejects.toThrow("not permitted to log in");
});
