import { createClient } from "@gatehouse/client";
import { afterEach, expect, test } from "vitest";
import { readConfig } from "../server/src/base/config.ts";
import { openControls } from "../server/src/local-clerk/controls.ts";
import type { Controls } from "../server/src/local-clerk/controls.ts";
import { openLocalClerk } from "../server/src/local-clerk/open.ts";
import type { LocalClerk } from "../server/src/local-clerk/open.ts";
import { startServer } from "../server/src/start.ts";
import { openTestDatabase } from "./support/database.ts";
import { openLogBook } from "./support/log-book.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** An instance that the server knows only by its settings, as it knows one at Clerk. */
async function openInstance(): Promise<{
  instance: LocalClerk;
  clerk: Controls;
  env: Record<string, string>;
}> {
  const instance = await openLocalClerk({ port: 0, issuer: "https://app.clerk.accounts.dev" });
  closers.push(() => instance.close());
  const env = {
    PORT: "0",
    DATA_DIR: "/nonexistent",
    CLERK_SECRET_KEY: instance.secretKey,
    CLERK_ISSUER: instance.issuer,
    CLERK_API_URL: instance.url,
    CLERK_AUTHORIZED_PARTIES: "https://app.example.com",
    CLERK_WEBHOOK_SIGNING_SECRET: instance.webhookSecret,
  };
  return { instance, clerk: openControls(instance), env };
}

async function serve(env: Record<string, string>): Promise<string> {
  const { database, close } = await openTestDatabase();
  closers.push(close);
  const server = await startServer(readConfig(env), { log: openLogBook().log, database });
  closers.push(() => server.stop());
  expect(server.localIdentity).toBeNull();
  return server.url;
}

let people = 0;

async function signIn(clerk: Controls, claims: Record<string, unknown> = {}): Promise<string> {
  people += 1;
  const { id } = await clerk.createUser({ email: `ada${people}@example.com` });
  const session = await clerk.createSession(id);
  return clerk.mint({ sessionId: session.id, azp: "https://app.example.com", ...claims });
}

test("tokens of the configured instance are believed, with the keys of its Backend API", async () => {
  const { clerk, env } = await openInstance();
  const url = await serve(env);
  const token = await signIn(clerk);

  const me = await createClient({ url, getToken: () => token }).me.get.query();

  expect(me).toMatchObject({ email: expect.stringContaining("@example.com"), hasProductAccess: false });
});

test("with a key endpoint of its own nothing secret is sent to it", async () => {
  const { instance, clerk, env } = await openInstance();
  const url = await serve({ ...env, CLERK_JWKS_URL: `${instance.url}/.well-known/jwks.json` });
  const token = await signIn(clerk);

  await createClient({ url, getToken: () => token }).me.get.query();

  const asked = await clerk.requests("/.well-known/jwks.json");
  expect(asked).toHaveLength(1);
  expect(JSON.stringify(asked)).not.toContain(instance.secretKey);
});

test("with the key as PEM no keys are fetched at all", async () => {
  const { clerk, env } = await openInstance();
  const { pem } = await clerk.publicKey();
  const url = await serve({ ...env, CLERK_JWT_KEY: pem.replaceAll("\n", "\\n") });
  const token = await signIn(clerk);

  await createClient({ url, getToken: () => token }).me.get.query();

  expect(await clerk.requests("/v1/jwks")).toEqual([]);
});

test("tokens of another instance, for another site, pending ones and expired ones are refused", async () => {
  const { clerk, env } = await openInstance();
  const url = await serve(env);
  const now = Math.floor(Date.now() / 1_000);
  const call = async (claims: Record<string, unknown>) => {
    const token = await signIn(clerk, claims);
    const answer = await fetch(`${url}/trpc/me.get`, { headers: { authorization: `Bearer ${token}` } });
    const { error } = (await answer.json()) as { error: { data: { code: string; reason: string } } };
    expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
    return [answer.status, error.data.code, error.data.reason];
  };

  expect(await call({ iss: "https://other.clerk.accounts.dev" })).toEqual([
    401,
    "UNAUTHORIZED",
    "issued by another instance (iss)",
  ]);
  expect(await call({ azp: "https://evil.test" })).toEqual([
    401,
    "UNAUTHORIZED",
    "azp https://evil.test is not in CLERK_AUTHORIZED_PARTIES",
  ]);
  expect(await call({ azp: null })).toMatchObject([
    401,
    "UNAUTHORIZED",
    expect.stringContaining("has no azp"),
  ]);
  expect(await call({ sts: "pending" })).toMatchObject([
    401,
    "UNAUTHORIZED",
    expect.stringContaining("pending"),
  ]);
  expect(await call({ iat: now - 120, nbf: now - 130, exp: now - 60 })).toMatchObject([
    401,
    "TOKEN_EXPIRED",
    expect.stringMatching(/^expired 6\d s ago$/),
  ]);
  expect(await call({ key: "wrong" })).toEqual([401, "UNAUTHORIZED", "the signature does not match"]);
  expect(await call({ key: "none" })).toEqual([401, "UNAUTHORIZED", expect.stringContaining("RS256")]);
  expect(await call({ key: "hs256-public-pem" })).toEqual([
    401,
    "UNAUTHORIZED",
    expect.stringContaining("RS256"),
  ]);
});

test("a user whom only webhooks may make is asked to wait for his", async () => {
  const { instance, clerk, env } = await openInstance();
  await clerk.options({ paused: true });
  const url = await serve({ ...env, USER_PROVISIONING: "webhook-only" });
  instance.addWebhookEndpoint(`${url}/webhooks/clerk`);
  const token = await signIn(clerk);
  const api = createClient({ url, getToken: () => token });

  await expect(api.me.get.query()).toBeRefused("USER_NOT_SYNCED");

  await clerk.options({ paused: false });
  await clerk.settled();
  expect(await api.me.get.query()).toMatchObject({ email: expect.stringContaining("@example.com") });
});
