import { createClient } from "@gatehouse/client";
import { signToken } from "@gatehouse/client/sign-token";
import { createPublicKey, hash } from "node:crypto";
import type { JsonWebKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encode, forge, goodClaims, kidOf } from "./support/key-tokens.ts";
import type { Parts } from "./support/key-tokens.ts";
import { send } from "./support/raw.ts";
import { testServer } from "./support/server.ts";
import { openWorld } from "./support/world.ts";

const MINUTE = 60;
const now = (): number => Math.floor(Date.now() / 1_000);

/** A workspace of the tier `standard` and a key in it that may sign tokens. */
async function openSigner() {
  const world = await openWorld({ ada: "owner" });
  const { workspaceId, ada, server } = world;
  const { db } = server.running.services.database;
  await db.workspace.update({ where: { id: workspaceId }, data: { tier: "professional" } });
  const key = await ada.apiKeys.create.mutate({
    workspaceId,
    name: "Signer",
    scopes: ["projects:read", "projects:write"],
    tier: "standard",
    jwtSigning: true,
  });
  return { ...world, key, header: { alg: "HS256", typ: "JWT", kid: kidOf(key.secret) } };
}

type Signer = Awaited<ReturnType<typeof openSigner>>;

const listProjects = (token: string) => send("/trpc/projects.list", { token });
const whoami = async (token: string): Promise<unknown> =>
  ((await send("/trpc/auth.whoami", { token })).json as { result: { data: unknown } }).result.data;

describe("a token that was signed with a key", () => {
  test("acts in the key's workspace, with the key's rights, in the name that the signer wrote down", async () => {
    const { key, server, workspaceId } = await openSigner();
    const token = await signToken({ apiKey: key.secret, subject: "customer-7", expiresInSeconds: 3_600 });

    const api = createClient({ url: server.url, apiKey: token });
    expect((await api.projects.create.mutate({ name: "Atlas" })).workspaceId).toBe(workspaceId);

    expect(await whoami(token)).toMatchObject({ kind: "apiKey", subject: key.id, tier: "standard" });
    const line = await server.running.services.database.db.auditEntry.findFirst({
      where: { workspaceId, action: "projects.create" },
    });
    expect(line).toMatchObject({
      actorKind: "apiKey",
      actorId: key.id,
      credential: "keyToken",
      onBehalfOf: "customer-7",
    });
  });

  test("may ask for less than the key has, and then has less", async () => {
    const { key } = await openSigner();
    const token = await signToken({
      apiKey: key.secret,
      subject: "7",
      tier: "lite",
      scopes: ["projects:read"],
    });

    expect(await whoami(token)).toMatchObject({ tier: "lite", scopes: ["projects:read"] });
    expect((await listProjects(token)).status).toBe(200);
    expect(
      (
        await send("/trpc/projects.create", {
          token,
          method: "POST",
          body: '{"name":"Atlas"}',
          headers: { "content-type": "application/json" },
        })
      ).code,
    ).toBe("SCOPE_NOT_HELD");
  });

  test.each<[string, (signer: Signer) => { header?: Parts; claims?: Parts }]>([
    ["the key's id as the API writes it", ({ key }) => ({ header: { kid: key.id } })],
    [
      "the key's id as the issuer, where a library cannot set headers",
      ({ key }) => ({ header: { kid: undefined }, claims: { iss: key.id } }),
    ],
    [
      "the short id as the issuer",
      ({ key }) => ({ header: { kid: undefined }, claims: { iss: kidOf(key.secret) } }),
    ],
    ["the key's id in both places", ({ key }) => ({ claims: { iss: key.id } })],
    ["no typ", () => ({ header: { typ: undefined } })],
    ["claims that nobody knows", () => ({ claims: { jti: "1", role: "owner", workspaceId: "other" } })],
    ["a lifetime of exactly an hour", () => ({ claims: { iat: now(), exp: now() + 3_600 } })],
    [
      "its own tier and scopes",
      () => ({ claims: { tier: "standard", scopes: ["projects:write", "projects:read"] } }),
    ],
    ["an iat a few seconds ahead", () => ({ claims: { iat: now() + 3, exp: now() + 300 } })],
    ["an exp a few seconds ago", () => ({ claims: { exp: now() - 2 } })],
    ["an nbf that has passed", () => ({ claims: { nbf: now() - 1 } })],
    ["a name in any script", () => ({ claims: { sub: "顧客 🧿" } })],
    ["no scopes at all", () => ({ claims: { tier: "lite" } })],
  ])("is good with %s", async (_, change) => {
    const signer = await openSigner();
    const { header = {}, claims = {} } = change(signer);
    const token = forge({ ...signer.header, ...header }, goodClaims(claims), signer.key.secret);
    expect((await listProjects(token)).status).toBe(200);
  });

  test("dies with the key, with its old secret, with its owner's rights", async () => {
    const { ada, key, workspaceId, people, server } = await openSigner();
    const apiKeyId = key.id;
    const token = await signToken({ apiKey: key.secret, subject: "7" });
    await ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId });
    expect((await listProjects(token)).status).toBe(200);
    const rotated = await ada.apiKeys.rotate.mutate({ workspaceId, apiKeyId, graceSeconds: 0 });
    expect((await listProjects(token)).code).toBe("INVALID_API_KEY");

    const fresh = await signToken({ apiKey: rotated.secret, subject: "7" });
    const { workspaceMember } = server.running.services.database.db;
    const adas = { workspaceId_userId: { workspaceId, userId: people.ada.userId } };
    await workspaceMember.delete({ where: adas });
    expect((await listProjects(fresh)).code).toBe("SCOPE_NOT_HELD");
    await workspaceMember.create({ data: { ...adas.workspaceId_userId, role: "owner" } });
    expect((await listProjects(fresh)).status).toBe(200);

    await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId });
    expect((await listProjects(fresh)).code).toBe("INVALID_API_KEY");
  });

  test("says that it has expired to whoever could sign it, and to nobody else", async () => {
    const { key, header } = await openSigner();
    const claims = goodClaims({ iat: now() - 600, exp: now() - 60 });
    expect(await listProjects(forge(header, claims, key.secret))).toMatchObject({
      status: 401,
      code: "TOKEN_EXPIRED",
    });
    expect(await listProjects(forge(header, claims, "another"))).toMatchObject({
      status: 401,
      code: "INVALID_API_KEY",
    });
  });

  test("cannot be signed with a key that was not made for it", async () => {
    const { ada, workspaceId } = await openSigner();
    const plain = await ada.apiKeys.create.mutate({
      workspaceId,
      name: "Plain",
      scopes: ["projects:read"],
      tier: "lite",
    });
    expect((await listProjects(await signToken({ apiKey: plain.secret, subject: "7" }))).code).toBe(
      "INVALID_API_KEY",
    );
  });
});

/** Each is one thing wrong with a token that would otherwise be good. */
const HOSTILE: readonly [what: string, forged: (signer: Signer) => string | Promise<string>][] = [
  ["another secret", ({ header }) => forge(header, goodClaims(), "another secret")],
  ["an empty secret", ({ header }) => forge(header, goodClaims(), "")],
  [
    "the secret without its checksum",
    ({ header, key }) => forge(header, goodClaims(), key.secret.slice(0, -5)),
  ],
  [
    "the secret part of the key alone",
    ({ header, key }) => forge(header, goodClaims(), key.secret.split("_")[3]!),
  ],
  ["the start of the key, which lists show", ({ header, key }) => forge(header, goodClaims(), key.start)],
  ["the id of the key", ({ header, key }) => forge(header, goodClaims(), key.id)],
  [
    "a plain hash of the key",
    ({ header, key }) => forge(header, goodClaims(), Buffer.from(hash("sha256", key.secret, "hex"), "hex")),
  ],
  [
    "the hash in the database",
    async ({ header, key }) => forge(header, goodClaims(), await storedOf(key.id, "hash")),
  ],
  [
    "the hash in the database as text",
    async ({ header, key }) =>
      forge(header, goodClaims(), Buffer.from(await storedOf(key.id, "hash")).toString("hex")),
  ],
  [
    "the seal in the database",
    async ({ header, key }) => forge(header, goodClaims(), await storedOf(key.id, "sealed")),
  ],
  ["no signature", ({ header }) => `${encode(header)}.${encode(goodClaims())}.`],
  [
    "a signature of zeros",
    ({ header }) => `${encode(header)}.${encode(goodClaims())}.${Buffer.alloc(32).toString("base64url")}`,
  ],
  ["a signature cut off", ({ header, key }) => forge(header, goodClaims(), key.secret).slice(0, -8)],
  ["a signature made longer", ({ header, key }) => `${forge(header, goodClaims(), key.secret)}AAAA`],
  ["padding behind the signature", ({ header, key }) => `${forge(header, goodClaims(), key.secret)}=`],
  [
    "other claims under the signature",
    ({ header, key }) =>
      swapClaims(forge(header, goodClaims(), key.secret), goodClaims({ sub: "someone-else" })),
  ],
  ["alg none", ({ header }) => `${encode({ ...header, alg: "none" })}.${encode(goodClaims())}.`],
  [
    "alg None and the right signature",
    ({ header, key }) => forge({ ...header, alg: "None" }, goodClaims(), key.secret),
  ],
  ["alg in lower case", ({ header, key }) => forge({ ...header, alg: "hs256" }, goodClaims(), key.secret)],
  ["no alg", ({ header, key }) => forge({ ...header, alg: undefined }, goodClaims(), key.secret)],
  ["alg as a list", ({ header, key }) => forge({ ...header, alg: ["HS256"] }, goodClaims(), key.secret)],
  ["HS384", ({ header, key }) => forge({ ...header, alg: "HS384" }, goodClaims(), key.secret, "sha384")],
  ["HS512", ({ header, key }) => forge({ ...header, alg: "HS512" }, goodClaims(), key.secret, "sha512")],
  [
    "RS256 in the header and an HMAC behind it",
    ({ header, key }) => forge({ ...header, alg: "RS256" }, goodClaims(), key.secret),
  ],
  [
    "the public key of Clerk as the secret",
    async ({ header }) => forge(header, goodClaims(), await clerkPem()),
  ],
  [
    "the public key of Clerk, trimmed",
    async ({ header }) => forge(header, goodClaims(), (await clerkPem()).trim()),
  ],
  ["typ at+jwt", ({ header, key }) => forge({ ...header, typ: "at+jwt" }, goodClaims(), key.secret)],
  ["typ as a number", ({ header, key }) => forge({ ...header, typ: 1 }, goodClaims(), key.secret)],
  ["an unknown crit", ({ header, key }) => forge({ ...header, crit: ["exp"] }, goodClaims(), key.secret)],
  [
    "b64 false",
    ({ header, key }) => forge({ ...header, b64: false, crit: ["b64"] }, goodClaims(), key.secret),
  ],
  ["a compressed payload", ({ header, key }) => forge({ ...header, zip: "DEF" }, goodClaims(), key.secret)],
  ["no kid and no iss", ({ header, key }) => forge({ ...header, kid: undefined }, goodClaims(), key.secret)],
  [
    "a kid that is no id",
    ({ header, key }) => forge({ ...header, kid: "../../etc/passwd" }, goodClaims(), key.secret),
  ],
  ["a kid with SQL", ({ header, key }) => forge({ ...header, kid: "' OR 1=1 --" }, goodClaims(), key.secret)],
  [
    "a kid as an object",
    ({ header, key }) => forge({ ...header, kid: { id: key.id } }, goodClaims(), key.secret),
  ],
  [
    "a kid named __proto__",
    ({ header, key }) => forge({ ...header, kid: "__proto__" }, goodClaims(), key.secret),
  ],
  [
    "the kid of no key",
    ({ header, key }) =>
      forge({ ...header, kid: "0199c0f4-0000-7000-8000-000000000000" }, goodClaims(), key.secret),
  ],
  [
    "the kid of another key",
    async ({ header, key }) =>
      forge({ ...header, kid: (await openSigner()).key.id }, goodClaims(), key.secret),
  ],
  [
    "another issuer beside the kid",
    ({ header, key }) => forge(header, goodClaims({ iss: "https://app.clerk.accounts.dev" }), key.secret),
  ],
  [
    "a jwk of its own",
    ({ header }) => forge({ ...header, jwk: { kty: "oct", k: encode("mine") } }, goodClaims(), "mine"),
  ],
  [
    "a jku of its own",
    ({ header }) => forge({ ...header, jku: "http://127.0.0.1:1/keys" }, goodClaims(), "mine"),
  ],
  ["an audience", ({ header, key }) => forge(header, goodClaims({ aud: "someone" }), key.secret)],
  ["an empty audience", ({ header, key }) => forge(header, goodClaims({ aud: [] }), key.secret)],
  ["no sub", ({ header, key }) => forge(header, goodClaims({ sub: undefined }), key.secret)],
  ["an empty sub", ({ header, key }) => forge(header, goodClaims({ sub: "" }), key.secret)],
  ["a sub that is an object", ({ header, key }) => forge(header, goodClaims({ sub: { id: 1 } }), key.secret)],
  ["a sub with a NUL", ({ header, key }) => forge(header, goodClaims({ sub: "a\0b" }), key.secret)],
  [
    "a sub of 256 characters",
    ({ header, key }) => forge(header, goodClaims({ sub: "x".repeat(256) }), key.secret),
  ],
  ["no iat", ({ header, key }) => forge(header, goodClaims({ iat: undefined }), key.secret)],
  [
    "an iat in the future",
    ({ header, key }) => forge(header, goodClaims({ iat: now() + MINUTE }), key.secret),
  ],
  ["no exp", ({ header, key }) => forge(header, goodClaims({ exp: undefined }), key.secret)],
  [
    "an exp as text",
    ({ header, key }) => forge(header, goodClaims({ exp: String(now() + MINUTE) }), key.secret),
  ],
  [
    "an exp in milliseconds",
    ({ header, key }) => forge(header, goodClaims({ exp: Date.now() + 60_000 }), key.secret),
  ],
  ["an exp of 1e30", ({ header, key }) => forge(header, goodClaims({ exp: 1e30 }), key.secret)],
  [
    "an exp with a fraction",
    ({ header, key }) => forge(header, goodClaims({ exp: now() + 0.5 }), key.secret),
  ],
  [
    "an exp before its iat",
    ({ header, key }) => forge(header, goodClaims({ iat: now(), exp: now() - 1 }), key.secret),
  ],
  [
    "a life of an hour and a second",
    ({ header, key }) => forge(header, goodClaims({ iat: now(), exp: now() + 3_601 }), key.secret),
  ],
  [
    "a life of ten years",
    ({ header, key }) => forge(header, goodClaims({ exp: now() + 315_360_000 }), key.secret),
  ],
  [
    "an nbf in the future",
    ({ header, key }) => forge(header, goodClaims({ nbf: now() + MINUTE }), key.secret),
  ],
  ["an nbf as text", ({ header, key }) => forge(header, goodClaims({ nbf: "now" }), key.secret)],
  [
    "a tier above the key's",
    ({ header, key }) => forge(header, goodClaims({ tier: "professional" }), key.secret),
  ],
  [
    "a tier of its own making",
    ({ header, key }) => forge(header, goodClaims({ tier: "galactic" }), key.secret),
  ],
  ["a tier as a list", ({ header, key }) => forge(header, goodClaims({ tier: ["lite"] }), key.secret)],
  [
    "a scope above the key's",
    ({ header, key }) =>
      forge(header, goodClaims({ scopes: ["projects:read", "members:manage"] }), key.secret),
  ],
  [
    "a scope of its own making",
    ({ header, key }) => forge(header, goodClaims({ scopes: ["*"] }), key.secret),
  ],
  ["scopes as text", ({ header, key }) => forge(header, goodClaims({ scopes: "projects:read" }), key.secret)],
  ["scopes null", ({ header, key }) => forge(header, goodClaims({ scopes: null }), key.secret)],
  ["a payload that is a list", ({ header, key }) => forge(header, [goodClaims()], key.secret)],
  ["a payload null", ({ header, key }) => forge(header, null, key.secret)],
  ["a payload that is no JSON", ({ header, key }) => forge(header, "{", key.secret)],
  ["a header null", ({ key }) => forge(null, goodClaims(), key.secret)],
  ["five parts", ({ header, key }) => `${forge(header, goodClaims(), key.secret)}.x.y`],
  [
    "a megabyte of claims",
    ({ header, key }) => forge(header, goodClaims({ sub: "x".repeat(12_000) }), key.secret),
  ],
];

describe(`a hostile token (${HOSTILE.length} kinds)`, () => {
  test.each(HOSTILE)("is refused: %s", async (_, forged) => {
    const signer = await openSigner();
    const token = await forged(signer);

    const answer = await listProjects(token);

    expect(answer.status).toBe(401);
    expect(["INVALID_API_KEY", "UNAUTHORIZED"]).toContain(answer.code);
    if (answer.code === "INVALID_API_KEY") expect(answer.reason).toBeNull();
    expect(await whoami(token)).toMatchObject({ kind: "rejected" });
  });
});

async function storedOf(keyId: string, column: "hash" | "sealed"): Promise<Uint8Array> {
  const { db } = (await testServer()).running.services.database;
  const row = await db.apiKeySecret.findFirstOrThrow({ where: { apiKeyId: keyId, endsAt: null } });
  return row[column]!;
}

/** The key that the tokens of users are verified with, as an attacker can fetch it. */
async function clerkPem(): Promise<string> {
  const { running } = await testServer();
  const { keys } = running.services.clerk;
  if (keys.kind === "pem") return keys.pem;
  const answer = await fetch(keys.url, {
    headers: { authorization: `Bearer ${keys.bearer?.reveal() ?? ""}` },
  });
  const { keys: jwks } = (await answer.json()) as { keys: JsonWebKey[] };
  return createPublicKey({ format: "jwk", key: jwks[0]! }).export({ type: "spki", format: "pem" }).toString();
}

function swapClaims(token: string, claims: Parts): string {
  const [head, , signature] = token.split(".");
  return `${head}.${encode(claims)}.${signature}`;
}
