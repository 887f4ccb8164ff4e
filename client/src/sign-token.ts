import type { Permission, Tier } from "./generated/roles.ts";

export interface TokenOptions {
  /** A key that was made with `jwtSigning: true`. Not for browsers: whoever sees it can use it. */
  apiKey: string;
  /** For whom you act. It stands in the audit trail and grants nothing. */
  subject: string;
  /** How long the token is good for: 300 unless told otherwise, 3,600 at most. */
  expiresInSeconds?: number;
  /** Less than the key's own, for whoever gets the token. */
  tier?: Tier;
  /** Some of the key's own, for whoever gets the token. */
  scopes?: readonly Permission[];
}

/**
 * Signs a JWT with an API key, for somebody who shall act with it for a short time and never see the key: give it to him
 * and have him send it as `Authorization: Bearer …`. Revoking the key ends its tokens at once.
 *
 * It asks nobody: the token is made here (HS256, by Web Crypto).
 *
 * @throws TypeError for a text that is not an API key, and for a lifetime that the server would refuse
 */
export async function signToken({
  apiKey,
  subject,
  expiresInSeconds = 300,
  tier,
  scopes,
}: TokenOptions): Promise<string> {
  // The key's id is no secret; it tells the server which key to verify with.
  const kid = /^gk_(?:live|test)_([0-9A-Za-z]+)_/.exec(apiKey)?.[1];
  if (kid === undefined) throw new TypeError("apiKey is not a Gatehouse API key (gk_…)");
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > 3_600)
    throw new TypeError("expiresInSeconds is a whole number from 1 to 3600");

  const iat = Math.floor(Date.now() / 1_000);
  const claims = { sub: subject, iat, exp: iat + expiresInSeconds, tier, scopes };
  const content = `${encodeJson({ alg: "HS256", typ: "JWT", kid })}.${encodeJson(claims)}`;
  return `${content}.${encode(await sign(content, apiKey))}`;
}

async function sign(content: string, secret: string): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", key, new TextEncoder().encode(content)));
}

function encodeJson(value: object): string {
  return encode(new TextEncoder().encode(JSON.stringify(value)));
}

/** base64url without padding (RFC 7515). */
function encode(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
