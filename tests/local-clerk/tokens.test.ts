import { verifyToken } from "@clerk/backend";
import { TokenVerificationError } from "@clerk/backend/errors";
import { expect, test } from "vitest";
import { bodyOf, claimsOf, headerOf, openWorld } from "./support.ts";
import type { MintRequest } from "../../server/src/local-clerk/controls.ts";
import type { World } from "./support.ts";

async function reasonOf(world: World, request: MintRequest, parties?: string[]): Promise<string> {
  const { url: apiUrl, secretKey, issuer } = world.local;
  const token = await world.controls.mint(request);
  try {
    await verifyToken(token, {
      apiUrl,
      secretKey,
      issuer,
      ...(parties ? { authorizedParties: parties } : {}),
    });
    return "accepted";
  } catch (error) {
    if (error instanceof TokenVerificationError) return error.reason;
    throw error;
  }
}

test("a session token of the Backend API verifies and has no azp", async () => {
  const { clerk, controls, local } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const session = await clerk.sessions.createSession({ userId: ada.id });

  const { jwt } = await clerk.sessions.getToken(session.id);
  const claims = await verifyToken(jwt, {
    apiUrl: local.url,
    secretKey: local.secretKey,
    issuer: local.issuer,
  });

  expect(headerOf(jwt)).toMatchObject({ alg: "RS256", typ: "JWT", cat: "cl_B7d4PD111AAA" });
  expect(headerOf(jwt)["kid"]).toMatch(/^ins_[0-9A-Za-z]{27}$/);
  expect(claims).toMatchObject({ sub: ada.id, sid: session.id, v: 2, sts: "active", iss: local.issuer });
  expect(claims.exp - claims.iat).toBe(60);
  expect(claims.iat - claims.nbf).toBe(10);
  expect(claims.azp).toBeUndefined();
});

test("the PEM of the key verifies without a request", async () => {
  const { controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const token = await controls.mint({ userId: ada.id });
  const { pem } = await controls.publicKey();
  expect(await verifyToken(token, { jwtKey: pem })).toMatchObject({ sub: ada.id });
});

test("a lifetime can be chosen, but not below 30 seconds", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const session = await clerk.sessions.createSession({ userId: ada.id });

  const claims = claimsOf((await clerk.sessions.getToken(session.id, "", 120)).jwt);
  expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(120);
  await expect(clerk.sessions.getToken(session.id, "", 29)).rejects.toMatchObject({ status: 422 });
});

test("inside an organization a v2 token packs role and custom permissions, a v1 token spells them out", async () => {
  const { clerk, controls } = await openWorld();
  await controls.defineRole({
    key: "org:admin",
    name: "Admin",
    permissions: ["org:sys_profile:manage", "org:posts:read", "org:posts:write", "org:bills:read"],
  });
  const ada = await controls.createUser({ email: "ada@example.com" });
  const acme = await clerk.organizations.createOrganization({ name: "Acme", createdBy: ada.id });
  const session = await controls.createSession(ada.id, { orgId: acme.id });

  const v2 = claimsOf((await clerk.sessions.getToken(session.id)).jwt);
  expect(v2["o"]).toEqual({ id: acme.id, slg: "acme", rol: "admin", per: "read,write", fpm: "3,1" });
  expect(v2["fea"]).toBe("o:posts,o:bills");

  const v1 = claimsOf(await controls.mint({ sessionId: session.id, v: 1 }));
  expect(v1).toMatchObject({ org_id: acme.id, org_slug: "acme", org_role: "org:admin" });
  expect(v1["org_permissions"]).toEqual(["org:posts:read", "org:posts:write", "org:bills:read"]);
  expect(v1["v"]).toBeUndefined();
  expect(v1["o"]).toBeUndefined();

  const request = new Request("http://127.0.0.1/", {
    headers: { authorization: `Bearer ${(await clerk.sessions.getToken(session.id)).jwt}` },
  });
  const auth = (await clerk.authenticateRequest(request)).toAuth();
  expect(auth?.has({ permission: "org:posts:write" })).toBe(true);
  expect(auth?.has({ permission: "org:bills:write" })).toBe(false);
});

test("a template token has neither session nor version, and its own claims", async () => {
  const { clerk, controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com", publicMetadata: { plan: "pro" } });
  await clerk.jwtTemplates.create({
    name: "partner",
    lifetime: 600,
    claims: { plan: "{{user.public_metadata.plan}}", mail: "<{{user.primary_email_address}}>" },
  });
  const session = await clerk.sessions.createSession({ userId: ada.id });

  const { jwt } = await clerk.sessions.getToken(session.id, "partner");

  expect(headerOf(jwt)["cat"]).toBe("cl_B7d4PD222AAA");
  expect(claimsOf(jwt)).toMatchObject({ sub: ada.id, plan: "pro", mail: "<ada@example.com>" });
  expect(claimsOf(jwt)).not.toHaveProperty("sid");
  expect(claimsOf(jwt)).not.toHaveProperty("v");
});

test("session claims of the dashboard's editor are filled in", async () => {
  const { controls } = await openWorld();
  await controls.options({ sessionClaims: { metadata: "{{user.public_metadata}}" } });
  const ada = await controls.createUser({ email: "ada@example.com", publicMetadata: { plan: "pro" } });
  expect(claimsOf(await controls.mint({ userId: ada.id }))["metadata"]).toEqual({ plan: "pro" });
});

test("after a rotation both keys verify, and after a second one the first does not", async () => {
  const world = await openWorld();
  const { controls, local } = world;
  const ada = await controls.createUser({ email: "ada@example.com" });
  const old = await controls.mint({ userId: ada.id, expiresInSeconds: 600 });

  const { kid } = await controls.rotateKeys();

  const { keys } = await bodyOf<{ keys: unknown[] }>(fetch(`${local.url}/.well-known/jwks.json`));
  expect(keys).toHaveLength(2);
  expect(headerOf(await controls.mint({ userId: ada.id }))["kid"]).toBe(kid);
  const options = { apiUrl: local.url, secretKey: local.secretKey };
  expect(await verifyToken(old, { ...options, skipJwksCache: true })).toMatchObject({ sub: ada.id });
  expect(await reasonOf(world, { userId: ada.id, key: "previous" })).toBe("accepted");
  await controls.rotateKeys();
  const after = await bodyOf<{ keys: { kid: string }[] }>(fetch(`${local.url}/v1/jwks`));
  expect(after.keys.map((key) => key.kid)).not.toContain(headerOf(old)["kid"]);
});

test("every broken token is broken in the way that was asked for", async () => {
  const world = await openWorld();
  const { id: userId } = await world.controls.createUser({ email: "ada@example.com" });
  const past = Math.floor(Date.now() / 1000) - 100;
  const future = past + 200;
  const reason = (request: MintRequest, parties?: string[]): Promise<string> =>
    reasonOf(world, { userId, ...request }, parties);

  expect(await reason({})).toBe("accepted");
  expect(await reason({ exp: past })).toBe("token-expired");
  expect(await reason({ nbf: future })).toBe("token-not-active-yet");
  expect(await reason({ iat: future, exp: future + 60 })).toBe("token-iat-in-the-future");
  expect(await reason({ iss: "https://elsewhere.test" })).toBe("token-invalid-issuer");
  expect(await reason({ sub: null })).toBe("token-verification-failed");
  expect(await reason({ exp: null })).toBe("token-verification-failed");
  expect(await reason({ key: "wrong" })).toBe("token-invalid-signature");
  expect(await reason({ key: "hs256-public-pem" })).toBe("token-invalid-algorithm");
  expect(await reason({ key: "none" })).toBe("token-invalid-algorithm");
  expect(await reason({ key: "wrong", alg: "ES256" })).toBe("token-invalid-algorithm");
  expect(await reason({ kid: "ins_unknown" })).toBe("jwk-kid-mismatch");
  expect(await reason({ kind: "m2m" })).toBe("token-invalid");
  expect(await reason({}, ["http://app.test"])).toBe("token-invalid-authorized-parties");
  expect(await reason({ azp: "http://app.test" }, ["http://app.test"])).toBe("accepted");

  const odd = await world.controls.mint({
    userId,
    header: { crit: ["b64"], jwk: { kty: "RSA" }, cat: null },
    claims: { sid: null, extra: 1 },
    typ: "at+jwt",
  });
  expect(headerOf(odd)).toMatchObject({ crit: ["b64"], jwk: { kty: "RSA" }, typ: "at+jwt" });
  expect(headerOf(odd)).not.toHaveProperty("cat");
  expect(claimsOf(odd)).toMatchObject({ extra: 1 });
  expect(claimsOf(odd)).not.toHaveProperty("sid");
});

test("a token can be minted for somebody who does not exist", async () => {
  const world = await openWorld();
  const token = await world.controls.mint({ userId: "user_gone" });
  expect(claimsOf(token)).toMatchObject({ sub: "user_gone", sid: expect.stringMatching(/^sess_/) });
  expect(await world.clerk.users.getCount()).toBe(0);
});

test("minting uses the session that the user has", async () => {
  const { controls } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const first = claimsOf(await controls.mint({ userId: ada.id }))["sid"];
  expect(claimsOf(await controls.mint({ userId: ada.id }))["sid"]).toBe(first);
});

test("a wrong secret key and an unknown key are told apart by the SDK", async () => {
  const { controls, local } = await openWorld();
  const ada = await controls.createUser({ email: "ada@example.com" });
  const token = await controls.mint({ userId: ada.id });
  await expect(verifyToken(token, { apiUrl: local.url, secretKey: "sk_test_wrong" })).rejects.toMatchObject({
    reason: "secret-key-invalid",
  });
}, 15_000);

test("the clock of tokens can be moved", async () => {
  const world = await openWorld();
  const { id: userId } = await world.controls.createUser({ email: "ada@example.com" });
  await world.controls.setClock(-3600);
  expect(await reasonOf(world, { userId })).toBe("token-expired");
  await world.controls.setClock(0);
  expect(await reasonOf(world, { userId })).toBe("accepted");
});
