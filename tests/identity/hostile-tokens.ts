import { part, taken } from "./workshop.ts";
import type { Workshop } from "./workshop.ts";

/** A token that must not open anything, and what its bearer is told. */
export type HostileToken = readonly [name: string, make: (shop: Workshop) => Promise<string>, reason: RegExp];

const UNREADABLE = /not a token of any known kind|not a JWT as RFC 7515 writes it|not a bearer token/;
const ALGORITHM = /another algorithm/;
const SIGNATURE = /the signature does not match/;
const KEY_ID = /no usable key id/;
const UNKNOWN_KEY = /key that the issuer does not have/;
const EXTENSION = /extension/;
const TIMES = /no usable times/;
const SUBJECT = /names no user/;
const SESSION = /belongs to no session/;
const AUDIENCE = /another audience/;
const CATEGORY = /category/;

const year = 31_536_000;

/** The same change to the text of a good token. */
const changed = (change: (token: string) => string) => async (shop: Workshop) => change(await shop.session());
const noise = (bytes: number): string => Buffer.alloc(bytes, 7).toString("base64url");

export const HOSTILE_TOKENS: readonly HostileToken[] = [
  // Which algorithm, and whose key.
  ["alg none without a signature", ({ session }) => session({ key: "none" }), ALGORITHM],
  ["alg None", ({ session }) => session({ key: "none", alg: "None" }), ALGORITHM],
  ["alg nOnE", ({ session }) => session({ key: "none", alg: "nOnE" }), ALGORITHM],
  ["alg none with a good signature", ({ session }) => session({ alg: "none" }), ALGORITHM],
  ["an empty alg", ({ session }) => session({ alg: "" }), ALGORITHM],
  ["no alg", ({ session }) => session({ alg: null }), ALGORITHM],
  ["alg as a list", ({ session }) => session({ header: { alg: ["RS256"] } }), ALGORITHM],
  ["alg in lower case", ({ session }) => session({ alg: "rs256" }), ALGORITHM],
  ["RS384 with the right key", ({ session }) => session({ alg: "RS384" }), ALGORITHM],
  ["RS512 with the right key", ({ session }) => session({ alg: "RS512" }), ALGORITHM],
  ["PS256", ({ session }) => session({ alg: "PS256" }), ALGORITHM],
  ["ES256", ({ session }) => session({ alg: "ES256", key: "wrong" }), ALGORITHM],
  [
    "ES256 with a signature of zeros",
    ({ session }) => forged(session({ alg: "ES256" }), Buffer.alloc(64)),
    ALGORITHM,
  ],
  ["HS256 with the public key's PEM", ({ session }) => session({ key: "hs256-public-pem" }), ALGORITHM],
  [
    "HS256 with the trimmed PEM",
    async ({ hmac, publicKey }) => hmac((await publicKey()).pem.trim()),
    ALGORITHM,
  ],
  ["HS256 with the DER", async ({ hmac, publicKey }) => hmac((await publicKey()).der), ALGORITHM],
  ["HS256 with the modulus", async ({ hmac, publicKey }) => hmac((await publicKey()).modulus), ALGORITHM],
  [
    "HS256 with the key set's text",
    async ({ hmac, publicKey }) => hmac((await publicKey()).keySet),
    ALGORITHM,
  ],
  ["HS256 with an empty secret", ({ hmac }) => hmac(""), ALGORITHM],
  ["a key that is not the issuer's", ({ session }) => session({ key: "wrong" }), SIGNATURE],
  [
    "a key of its own in the header (jwk)",
    ({ session }) => session({ key: "wrong", header: { jwk: { kty: "RSA" } } }),
    SIGNATURE,
  ],
  [
    "an address of keys in the header (jku)",
    ({ session }) => session({ key: "wrong", header: { jku: "http://127.0.0.1:9/keys" } }),
    SIGNATURE,
  ],
  [
    "an address of certificates (x5u)",
    ({ session }) => session({ key: "wrong", header: { x5u: "http://127.0.0.1:9/x" } }),
    SIGNATURE,
  ],
  [
    "a certificate in the header (x5c)",
    ({ session }) => session({ key: "wrong", header: { x5c: ["MIIB"] } }),
    SIGNATURE,
  ],
  ["no signature", ({ session }) => forged(session(), Buffer.alloc(0)), SIGNATURE],
  ["a signature of zeros", ({ session }) => forged(session(), Buffer.alloc(256)), SIGNATURE],
  ["a signature of one byte", ({ session }) => forged(session(), Buffer.from([1])), SIGNATURE],
  [
    "a signature of another token",
    async ({ session }) => swapped(await session(), await session({ jti: "another" })),
    SIGNATURE,
  ],
  [
    "claims that were changed after signing",
    async ({ session }) => withClaims(await session(), { sub: "user_somebodyelse" }),
    SIGNATURE,
  ],
  [
    "a header that was changed after signing",
    async ({ session }) => withHeader(await session(), { oiat: 1 }),
    SIGNATURE,
  ],
  [
    "machine claims with a session's signature",
    async ({ session }) => withClaims(await session(), { sub: "mch_evil", scopes: "mch_ours" }),
    CATEGORY,
  ],

  // Which key is named.
  ["no kid", ({ session }) => session({ kid: null }), KEY_ID],
  ["kid as a number", ({ session }) => session({ header: { kid: 1 } }), KEY_ID],
  ["an empty kid", ({ session }) => session({ kid: "" }), KEY_ID],
  ["kid __proto__", ({ session }) => session({ kid: "__proto__" }), KEY_ID],
  ["kid as a path", ({ session }) => session({ kid: "../../../../dev/null" }), KEY_ID],
  ["kid as SQL", ({ session }) => session({ kid: "' OR 1=1 --" }), KEY_ID],
  ["kid of 8,000 characters", ({ session }) => session({ kid: "k".repeat(8_000) }), KEY_ID],
  ["kid constructor", ({ session }) => session({ kid: "constructor" }), UNKNOWN_KEY],
  ["a kid that nobody has", ({ session }) => session({ kid: "ins_nobodys" }), UNKNOWN_KEY],

  // What the header asks for.
  [
    "an unknown critical extension",
    ({ session }) => session({ header: { crit: ["exp"], exp: 1 } }),
    EXTENSION,
  ],
  ["an empty crit", ({ session }) => session({ header: { crit: [] } }), EXTENSION],
  ["an unencoded payload (b64)", ({ session }) => session({ header: { b64: false } }), EXTENSION],
  ["no typ", ({ session }) => session({ typ: null }), /typ/],
  ["typ JOSE", ({ session }) => session({ typ: "JOSE" }), /typ/],
  ["typ as a list", ({ session }) => session({ header: { typ: ["JWT"] } }), /typ/],
  ["a category that nobody knows", ({ session }) => session({ cat: "cl_I7d4PD111III" }), CATEGORY],
  [
    "a session token of the category of machines",
    ({ session }) => session({ cat: "cl_B7d4PD333AAA" }),
    /names no machine/,
  ],

  // When it counts.
  [
    "expired an hour ago",
    ({ session, at }) => session({ iat: at(-7_200), exp: at(-3_600) }),
    /^expired 36\d\d s ago$/,
  ],
  [
    "expired just beyond the skew",
    ({ session, at }) => session({ iat: at(-66), exp: at(-6) }),
    /^expired [678] s ago$/,
  ],
  ["no exp", ({ session }) => session({ exp: null }), TIMES],
  ["exp as text", ({ session, at }) => session({ claims: { exp: String(at(60)) } }), TIMES],
  ["exp with a fraction", ({ session, at }) => session({ exp: at(60) + 0.5 }), TIMES],
  ["exp in milliseconds", ({ session, at }) => session({ exp: at(60) * 1_000 }), TIMES],
  ["exp beyond all numbers", ({ session }) => session({ exp: 1e30 }), TIMES],
  ["a negative exp", ({ session }) => session({ exp: -1 }), TIMES],
  [
    "exp in ten years",
    ({ session, at }) => session({ exp: at(10 * year) }),
    /CLERK_MAX_TOKEN_LIFETIME_SECONDS/,
  ],
  [
    "one second more than a day",
    ({ session, at }) => session({ iat: at(0), exp: at(86_401) }),
    /CLERK_MAX_TOKEN_LIFETIME_SECONDS/,
  ],
  ["no iat", ({ session }) => session({ iat: null }), TIMES],
  ["iat as text", ({ session }) => session({ claims: { iat: "now" } }), TIMES],
  [
    "iat in the future",
    ({ session, at }) => session({ iat: at(60), nbf: at(-10), exp: at(120) }),
    /in the future \(iat\)$/,
  ],
  ["nbf in the future", ({ session, at }) => session({ nbf: at(30) }), /^not valid for another \d+ s/],
  ["nbf as an object", ({ session }) => session({ claims: { nbf: {} } }), TIMES],

  // Who issued it, for whom.
  [
    "another instance's issuer",
    ({ session }) => session({ iss: "https://clerk.evil.test" }),
    /another instance/,
  ],
  ["no issuer", ({ session }) => session({ iss: null }), /another instance/],
  [
    "issuers as a list",
    ({ session }) => session({ claims: { iss: ["https://clerk.local.test"] } }),
    /another instance/,
  ],
  [
    "the issuer with a slash behind it",
    ({ session }) => session({ iss: "https://clerk.local.test/" }),
    /another instance/,
  ],
  [
    "another site's origin",
    ({ session }) => session({ azp: "https://evil.test" }),
    /^azp https:\/\/evil\.test is not in CLERK_AUTHORIZED_PARTIES$/,
  ],
  [
    "our origin with a slash",
    ({ session }) => session({ azp: "https://app.example.com/" }),
    /^azp \(not an origin\)/,
  ],
  [
    "our origin as the beginning of another",
    ({ session }) => session({ azp: "https://app.example.com.evil.test" }),
    /is not in CLERK_AUTHORIZED_PARTIES/,
  ],
  [
    "our origin over http",
    ({ session }) => session({ azp: "http://app.example.com" }),
    /is not in CLERK_AUTHORIZED_PARTIES/,
  ],
  ["an azp that is markup", ({ session }) => session({ azp: "<script>" }), /^azp \(not an origin\)/],
  ["no azp", ({ session }) => session({ azp: null }), /CLERK_ALLOW_MISSING_AZP/],
  ["an empty azp", ({ session }) => session({ azp: "" }), /^azp \(not an origin\)/],
  [
    "azp as a list",
    ({ session }) => session({ claims: { azp: ["https://app.example.com"] } }),
    /azp that is no text/,
  ],
  [
    "an audience that is not ours",
    ({ session }) => session({ claims: { aud: "https://other.example.com" } }),
    AUDIENCE,
  ],
  ["an empty audience", ({ session }) => session({ claims: { aud: "" } }), AUDIENCE],
  ["no audiences", ({ session }) => session({ claims: { aud: [] } }), AUDIENCE],
  ["an audience that is an object", ({ session }) => session({ claims: { aud: {} } }), AUDIENCE],
  [
    "our audience beside an object",
    ({ session }) => session({ claims: { aud: ["https://api.example.com", {}] } }),
    AUDIENCE,
  ],
  [
    "the audience of a template in a session token",
    ({ session }) => session({ claims: { aud: "https://templates.example.com" } }),
    AUDIENCE,
  ],

  // About whom.
  ["no sub", ({ session }) => session({ sub: null }), SUBJECT],
  ["an empty sub", ({ session }) => session({ sub: "" }), SUBJECT],
  ["sub as an object", ({ session }) => session({ claims: { sub: { toString: "user_1" } } }), SUBJECT],
  ["sub with a line break", ({ session }) => session({ sub: "user_1\nuser_2" }), SUBJECT],
  ["sub of an organization", ({ session }) => session({ sub: "org_1" }), SUBJECT],
  ["sub that is only a prefix", ({ session }) => session({ sub: "user_" }), SUBJECT],
  ["no sid", ({ session }) => session({ claims: { sid: null } }), SESSION],
  ["sid as a number", ({ session }) => session({ claims: { sid: 5 } }), SESSION],
  ["sid of something else", ({ session }) => session({ claims: { sid: "client_1" } }), SESSION],
  ["a pending session", ({ session }) => session({ sts: "pending" }), /pending/],
  ["a status that nobody knows", ({ session }) => session({ sts: "elevated" }), /pending/],
  ["an actor without a name", ({ session }) => session({ claims: { act: {} } }), /actor/],
  ["an actor that is text", ({ session }) => session({ claims: { act: "user_boss" } }), /actor/],
  [
    "an organization without an id",
    ({ session }) => session({ claims: { o: { slg: "acme" } } }),
    /organization/,
  ],
  [
    "an organization of v1 that is a number",
    ({ session }) => session({ v: 1, claims: { org_id: 7 } }),
    /organization/,
  ],

  // Other kinds of token.
  [
    "a template's token for another audience",
    ({ template }) => template({ claims: { aud: "https://api.example.com" } }),
    /no template in CLERK_JWT_TEMPLATES/,
  ],
  [
    "a template's token without an audience",
    ({ template }) => template({ claims: { aud: null } }),
    /no template in CLERK_JWT_TEMPLATES/,
  ],
  [
    "a template's token of another site",
    ({ template }) => template({ azp: "https://evil.test" }),
    /CLERK_AUTHORIZED_PARTIES/,
  ],
  ["a template's token without its category", ({ template }) => template({ cat: null }), SESSION],
  ["a template's token with the type of OAuth", ({ template }) => template({ typ: "at+jwt" }), CATEGORY],
  [
    "an OAuth token of a client that is not ours",
    ({ oauth }) => oauth({ claims: { client_id: "client_evil" } }),
    /CLERK_OAUTH_CLIENT_IDS/,
  ],
  [
    "an OAuth token without a client",
    ({ oauth }) => oauth({ claims: { client_id: null } }),
    /CLERK_OAUTH_CLIENT_IDS/,
  ],
  [
    "an OAuth token for another audience",
    ({ oauth }) => oauth({ claims: { aud: "https://mcp.example.com" } }),
    AUDIENCE,
  ],
  [
    "an OAuth token without an audience where one is set",
    ({ oauth }) => oauth({ claims: { aud: null } }),
    AUDIENCE,
  ],
  [
    "an OAuth token of another instance",
    ({ oauth }) => oauth({ iss: "https://clerk.evil.test" }),
    /another instance/,
  ],
  ["an OAuth token with a wrong key", ({ oauth }) => oauth({ key: "wrong" }), SIGNATURE],
  ["an expired OAuth token", ({ oauth, at }) => oauth({ iat: at(-90_000), exp: at(-3_600) }), /^expired/],
  ["an OAuth token of a machine", ({ oauth }) => oauth({ sub: "mch_ours" }), SUBJECT],
  ["an OAuth token taken for a session's", ({ oauth }) => oauth({ typ: "JWT" }), SESSION],
  [
    "a machine's token for another machine",
    ({ machine }) => machine({ claims: { scopes: "mch_other" } }),
    /another machine/,
  ],
  ["a machine's token for nobody", ({ machine }) => machine({ claims: { scopes: null } }), /another machine/],
  ["a machine's token with a wrong key", ({ machine }) => machine({ key: "wrong" }), SIGNATURE],
  [
    "a machine's token of the category of sessions",
    ({ machine }) => machine({ cat: "cl_B7d4PD111AAA" }),
    CATEGORY,
  ],
  [
    "an expired machine's token",
    ({ machine, at }) => machine({ iat: at(-7_200), exp: at(-3_600) }),
    /^expired/,
  ],

  // How it is written.
  ["padded with =", changed((token) => `${token}=`), UNREADABLE],
  ["a header padded with =", changed((token) => token.replace(".", "=.")), UNREADABLE],
  ["a line break behind it", changed((token) => `${token}%0A`), UNREADABLE],
  ["base64 that is not of URLs", changed((token) => `${token.slice(0, -4)}+/+/`), UNREADABLE],
  ["bits to spare in its signature", changed(spareBits), UNREADABLE],
  ["five parts", changed((token) => `${token}.e30.e30`), UNREADABLE],
  ["two parts", changed((token) => taken(token).slice(0, 2).join(".")), UNREADABLE],
  ["a dot before it", changed((token) => `.${token}`), UNREADABLE],
  ["a header that is null", changed((token) => [part(null), ...taken(token).slice(1)].join(".")), UNREADABLE],
  ["a header that is a list", changed((token) => [part([]), ...taken(token).slice(1)].join(".")), UNREADABLE],
  [
    "a header that is no JSON",
    changed((token) => [part("{alg:RS256}"), ...taken(token).slice(1)].join(".")),
    UNREADABLE,
  ],
  [
    "a payload that is null",
    changed((token) => [taken(token)[0], part(null), taken(token)[2]].join(".")),
    UNREADABLE,
  ],
  [
    "a payload that is no UTF-8",
    changed((token) => [taken(token)[0], "eyJzdWIiOiL_In0", taken(token)[2]].join(".")),
    UNREADABLE,
  ],
  [
    "a token of 12,000 characters of noise",
    () => Promise.resolve(`${noise(4_000)}.${noise(4_000)}.${noise(500)}`),
    UNREADABLE,
  ],
  ["one word", () => Promise.resolve("letmein"), UNREADABLE],
  ["two tokens with a comma", changed((token) => `${token},${token}`), UNREADABLE],
  ["the words undefined and null", () => Promise.resolve("undefined.null.undefined"), UNREADABLE],
];

async function forged(token: Promise<string>, signature: Buffer): Promise<string> {
  const [header, payload] = taken(await token);
  return `${header}.${payload}.${signature.toString("base64url")}`;
}

function swapped(first: string, second: string): string {
  return [...taken(first).slice(0, 2), taken(second)[2]].join(".");
}

function withClaims(token: string, claims: Record<string, unknown>): string {
  const [header, payload, signature] = taken(token);
  return [header, part({ ...read(payload), ...claims }), signature].join(".");
}

function withHeader(token: string, members: Record<string, unknown>): string {
  const [header, payload, signature] = taken(token);
  return [part({ ...read(header), ...members }), payload, signature].join(".");
}

function read(piece: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(piece, "base64url").toString()) as Record<string, unknown>;
}

/** 256 bytes leave four unused bits in the last of their characters: sixteen texts mean the same signature. */
function spareBits(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(token.slice(-1)) ^ 1);
}
