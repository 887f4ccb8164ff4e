import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openInstanceServer, signUpAt } from "../support/instance.ts";
import type { InstanceServer, Visitor } from "../support/instance.ts";

const CALLBACK = "http://127.0.0.1:4000/callback";

let server: InstanceServer;
let ada: Visitor;

beforeAll(async () => {
  server = await openInstanceServer();
  ada = await signUpAt(server, "ada");
});
afterAll(() => server.stop());

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string;
  token_type: string;
}

/** The addresses that the issuer itself names. */
async function discover(): Promise<{ authorization_endpoint: string; token_endpoint: string }> {
  const answer = await fetch(`${server.instance.url}/.well-known/openid-configuration`);
  return (await answer.json()) as { authorization_endpoint: string; token_endpoint: string };
}

/** What Ada's browser does: she is sent to Clerk, says yes there, and comes back to the app with a code. */
async function authorize(query: Record<string, string>): Promise<URLSearchParams> {
  const { authorization_endpoint: address } = await discover();
  const asked = new URLSearchParams({
    response_type: "code",
    redirect_uri: CALLBACK,
    ...query,
    login: ada.userId,
  });
  const answer = await fetch(`${address}?${asked.toString()}`, { redirect: "manual" });
  const location = new URL(answer.headers.get("location") ?? "");
  expect(location.origin + location.pathname).toBe(CALLBACK);
  return location.searchParams;
}

async function redeem(form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  const { token_endpoint: address } = await discover();
  return fetch(address, { method: "POST", body: new URLSearchParams(form), headers });
}

async function tokensFrom(answer: Response): Promise<Tokens> {
  expect(answer.status).toBe(200);
  return (await answer.json()) as Tokens;
}

describe.each(["jwt", "opaque"] as const)("with %s access tokens", (oauthTokenFormat) => {
  beforeAll(() => server.clerk.options({ oauthTokenFormat }));

  test("an app without a secret gets in with PKCE, and stays in with its refresh token", async () => {
    const { clientId } = await makeApp({ public: true });
    const verifier = randomBytes(32).toString("base64url");
    const challenge = createHash("sha256").update(verifier).digest("base64url");

    const back = await authorize({
      client_id: clientId,
      state: "of-ada",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    expect(back.get("state")).toBe("of-ada");
    const code = { grant_type: "authorization_code", code: back.get("code") ?? "", redirect_uri: CALLBACK };
    const tokens = await tokensFrom(await redeem({ ...code, client_id: clientId, code_verifier: verifier }));

    expect(await server.as(tokens.access_token).me.get.query()).toMatchObject({ clerkId: ada.userId });
    const known = await server.as(tokens.access_token).auth.whoami.query();
    expect(known).toMatchObject({ kind: "user", via: "oauth", subject: ada.userId, clientId });

    const refresh = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: clientId };
    const next = await tokensFrom(await redeem(refresh));
    expect(next.access_token).not.toBe(tokens.access_token);
    expect((await server.as(next.access_token).me.get.query()).id).toBe(ada.id);
    expect((await redeem(refresh)).status).toBe(400);
  });

  test("an app with a secret shows it, and gets in", async () => {
    const { clientId, clientSecret } = await makeApp({ public: false });
    const back = await authorize({ client_id: clientId, state: "s" });
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    const code = { grant_type: "authorization_code", code: back.get("code") ?? "", redirect_uri: CALLBACK };

    const tokens = await tokensFrom(await redeem(code, { authorization }));

    expect((await server.as(tokens.access_token).me.get.query()).id).toBe(ada.id);
    await expect(server.as(tokens.access_token).me.sessions.list.query({})).toBeRefused("FORBIDDEN");
    const next = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    expect((await tokensFrom(await redeem(next, { authorization }))).access_token).toBeTruthy();
  });

  test("a code without the verifier that belongs to it gives no token", async () => {
    const { clientId } = await makeApp({ public: true });
    const challenge = createHash("sha256").update("the-right-one").digest("base64url");
    const asked = { client_id: clientId, code_challenge: challenge, code_challenge_method: "S256" };
    const back = await authorize(asked);
    const code = { grant_type: "authorization_code", code: back.get("code") ?? "", redirect_uri: CALLBACK };

    const answer = await redeem({ ...code, client_id: clientId, code_verifier: "a-wrong-one" });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: "invalid_grant" });
  });

  test("a refresh token and a code are no credentials here", async () => {
    const { clientId, clientSecret } = await makeApp({ public: false });
    const back = await authorize({ client_id: clientId });
    const code = back.get("code") ?? "";
    const form = { grant_type: "authorization_code", code, redirect_uri: CALLBACK };
    const client = { client_id: clientId, client_secret: clientSecret };
    const { refresh_token: refreshToken } = await tokensFrom(await redeem({ ...form, ...client }));

    for (const text of [code, refreshToken])
      expect(await server.show(`Bearer ${text}`)).toMatchObject({ status: 401, code: "UNAUTHORIZED" });
  });
});

async function makeApp({
  public: isPublic,
}: {
  public: boolean;
}): Promise<{ clientId: string; clientSecret: string }> {
  const { clientId, clientSecret } = await server.sdk.oauthApplications.create({
    name: "An app",
    redirectUris: [CALLBACK],
    scopes: "openid profile email offline_access",
    public: isPublic,
  });
  return { clientId, clientSecret: clientSecret ?? "" };
}
