import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { bodyOf, claimsOf, headerOf, openWorld } from "./support.ts";
import type { World } from "./support.ts";

const REDIRECT = "http://localhost:5173/callback";
const VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789";
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

interface TokenAnswer {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string;
  id_token?: string;
  error?: string;
}

async function authorize(world: World, parameters: Record<string, string>): Promise<URL> {
  const query = new URLSearchParams({ response_type: "code", redirect_uri: REDIRECT, ...parameters });
  const answer = await fetch(`${world.local.url}/oauth/authorize?${query.toString()}`, {
    redirect: "manual",
  });
  return new URL(answer.headers.get("location") ?? "about:blank", world.local.url);
}

async function token(
  world: World,
  form: Record<string, string>,
  basic?: string,
): Promise<{ status: number; body: TokenAnswer }> {
  const authorization = { authorization: `Basic ${Buffer.from(basic ?? "").toString("base64")}` };
  const answer = await fetch(`${world.local.url}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams(form),
    ...(basic === undefined ? {} : { headers: authorization }),
  });
  expect(answer.headers.get("content-type")).toBe("application/json");
  return { status: answer.status, body: await bodyOf<TokenAnswer>(answer) };
}

async function publicClient(world: World): Promise<{ clientId: string; userId: string }> {
  const ada = await world.controls.createUser({ email: "ada@example.com", firstName: "Ada" });
  const client = await world.clerk.oauthApplications.create({
    name: "cli",
    redirectUris: [REDIRECT],
    public: true,
    scopes: "profile email",
  });
  return { clientId: client.clientId, userId: ada.id };
}

test("a public client gets tokens with PKCE", async () => {
  const world = await openWorld();
  const { clientId: client_id, userId } = await publicClient(world);

  const back = await authorize(world, {
    client_id,
    login: userId,
    scope: "openid profile email",
    state: "s1",
    nonce: "n1",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  });
  expect(back.searchParams.get("state")).toBe("s1");
  const code = back.searchParams.get("code")!;
  const grant = { grant_type: "authorization_code", client_id, code, redirect_uri: REDIRECT };
  const { body } = await token(world, { ...grant, code_verifier: VERIFIER });

  expect(body).toMatchObject({ expires_in: 86_400, scope: "openid profile email" });
  expect(headerOf(body.access_token)["typ"]).toBe("at+jwt");
  expect(claimsOf(body.access_token)).toMatchObject({
    sub: userId,
    client_id,
    scope: "openid profile email",
  });
  expect(claimsOf(body.id_token!)).toMatchObject({
    sub: userId,
    aud: client_id,
    nonce: "n1",
    given_name: "Ada",
  });
  const headers = { authorization: `Bearer ${body.access_token}` };
  const state = await world.clerk.authenticateRequest(new Request("http://127.0.0.1/", { headers }), {
    acceptsToken: "oauth_token",
  });
  expect(state.toAuth()).toMatchObject({ userId, clientId: client_id });
  const info = await fetch(`${world.local.url}/oauth/userinfo`, { headers });
  expect(await info.json()).toMatchObject({ sub: userId, email: "ada@example.com", email_verified: true });

  const again = await token(world, { ...grant, code_verifier: VERIFIER });
  expect(again).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
});

test("a code with a wrong verifier is worth nothing, also for a second try", async () => {
  const world = await openWorld();
  const { clientId: client_id, userId } = await publicClient(world);
  const back = await authorize(world, {
    client_id,
    login: userId,
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  });
  const code = back.searchParams.get("code")!;
  const grant = { grant_type: "authorization_code", client_id, code, redirect_uri: REDIRECT };
  expect((await token(world, { ...grant, code_verifier: "wrong" })).body.error).toBe("invalid_grant");
  expect((await token(world, { ...grant, code_verifier: VERIFIER })).body.error).toBe("invalid_grant");
});

test("a public client without PKCE, with plain, or with a foreign scope is turned away", async () => {
  const world = await openWorld();
  const { clientId: client_id, userId: login } = await publicClient(world);
  const errorOf = async (parameters: Record<string, string>): Promise<string | null> =>
    (await authorize(world, { client_id, login, ...parameters })).searchParams.get("error");
  expect(await errorOf({})).toBe("invalid_request");
  expect(await errorOf({ code_challenge: VERIFIER, code_challenge_method: "plain" })).toBe("invalid_request");
  const pkce = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
  expect(await errorOf({ ...pkce, scope: "profile admin" })).toBe("invalid_scope");
  expect(await errorOf({ ...pkce, login: "user_nobody" })).toBe("access_denied");
  expect(await errorOf({ ...pkce, response_type: "token" })).toBe("unsupported_response_type");
});

test("an unknown client or redirect address is answered here and never redirected", async () => {
  const world = await openWorld();
  const { clientId, userId } = await publicClient(world);
  const ask = (parameters: Record<string, string>): Promise<Response> =>
    fetch(`${world.local.url}/oauth/authorize?${new URLSearchParams(parameters).toString()}`, {
      redirect: "manual",
    });
  expect((await ask({ client_id: "nobody", redirect_uri: REDIRECT, login: userId })).status).toBe(400);
  const foreign = { client_id: clientId, redirect_uri: "http://localhost:5173/other", login: userId };
  expect((await ask(foreign)).status).toBe(400);
  await expect(
    world.clerk.oauthApplications.create({ name: "web", redirectUris: ["https://evil.test/callback"] }),
  ).rejects.toMatchObject({ status: 422 });
});

test("a confidential client proves itself with its secret, refreshes and asks about opaque tokens", async () => {
  const world = await openWorld();
  const { clerk, controls, local } = world;
  await controls.options({ oauthTokenFormat: "opaque" });
  const ada = await controls.createUser({ email: "ada@example.com" });
  const client = await clerk.oauthApplications.create({ name: "web", redirectUris: [REDIRECT] });
  const basic = `${client.clientId}:${client.clientSecret!}`;
  const back = await authorize(world, { client_id: client.clientId, login: ada.id });
  const code = back.searchParams.get("code")!;
  const grant = { grant_type: "authorization_code", code, redirect_uri: REDIRECT };

  expect(await token(world, grant, `${client.clientId}:wrong`)).toMatchObject({
    status: 401,
    body: { error: "invalid_client" },
  });
  const { body } = await token(world, grant, basic);
  expect(body.access_token).toMatch(/^oat_/);
  expect(body.id_token).toBeUndefined();
  expect(await clerk.idPOAuthAccessToken.verify(body.access_token)).toMatchObject({
    subject: ada.id,
    clientId: client.clientId,
    scopes: ["profile", "email"],
  });
  const ask = (secret: string): Promise<Response> =>
    fetch(`${local.url}/oauth/token_info`, {
      method: "POST",
      body: new URLSearchParams({
        token: secret,
        client_id: client.clientId,
        client_secret: client.clientSecret!,
      }),
    });
  expect(await (await ask(body.access_token)).json()).toMatchObject({ active: true, sub: ada.id });
  expect(await (await ask("oat_unknown")).json()).toEqual({ active: false });

  const refresh = { grant_type: "refresh_token", refresh_token: body.refresh_token };
  const second = await token(world, refresh, basic);
  expect(second.body.access_token).not.toBe(body.access_token);
  expect((await token(world, refresh, basic)).body.error).toBe("invalid_grant");

  await controls.setClock(90_000);
  await expect(clerk.idPOAuthAccessToken.verify(body.access_token)).rejects.toMatchObject({ status: 404 });
});

test("a JWT access token is not looked up: the endpoint answers active false", async () => {
  const { local } = await openWorld();
  const answer = await fetch(`${local.url}/oauth_applications/access_tokens/verify`, {
    method: "POST",
    headers: { authorization: `Bearer ${local.secretKey}` },
    body: JSON.stringify({ access_token: "a.b.c" }),
  });
  expect(await answer.json()).toEqual({ active: false });
});

test("discovery names the addresses that answer", async () => {
  const { local } = await openWorld();
  const answer = await fetch(`${local.url}/.well-known/openid-configuration`);
  const discovery = await bodyOf<Record<string, string>>(answer);
  expect(discovery["issuer"]).toBe(local.issuer);
  expect((await fetch(discovery["jwks_uri"]!)).status).toBe(200);
  expect(discovery["code_challenge_methods_supported"]).toEqual(["S256"]);
});

test("without a login the developer is asked, and comes back with a code", async () => {
  const world = await openWorld();
  const { clientId: client_id, userId } = await publicClient(world);
  const pkce = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
  const page = await authorize(world, { client_id, ...pkce });
  expect(page.pathname).toBe("/sign-in");
  // The browser lets a form lead only where this says, also by way of a second redirect.
  const policy = (await fetch(page)).headers.get("content-security-policy");
  expect(policy).toContain(`form-action 'self' ${world.local.url} http://localhost:5173`);

  const chosen = await fetch(`${world.local.url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: world.local.url },
    body: new URLSearchParams({ user_id: userId, redirect_url: page.searchParams.get("redirect_url")! }),
  });
  const authorized = await fetch(chosen.headers.get("location")!, { redirect: "manual" });
  expect(new URL(authorized.headers.get("location")!).searchParams.get("code")).toMatch(/^code_/);
});
