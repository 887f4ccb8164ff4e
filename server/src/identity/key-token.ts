import { isPermission, LONGEST_KEY_TOKEN_SECONDS, reaches, Tier } from "@gatehouse/shared";
import type { Permission } from "@gatehouse/shared";
import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../base/app-error.ts";
import { BAD_KEY, holderOf, isUsable, noteUse } from "./api-key.ts";
import type { KeyTools } from "./api-key.ts";
import type { UnverifiedJwt } from "./jwt-shape.ts";
import type { ProvenKey } from "./key-memory.ts";
import { findKey } from "./key-row.ts";
import type { FoundKey, FoundSecret } from "./key-row.ts";
import { readKeyId } from "./key-text.ts";
import type { ApiKeyPrincipal, RejectedPrincipal } from "./principal.ts";
import { isNumericDate } from "./token-times.ts";

/** How far two clocks may differ. */
const CLOCK_SKEW_SECONDS = 5;
/** Longer than any user id; it is written into the audit trail. */
const LONGEST_SUBJECT = 255;

/**
 * The id of the key that a JWT claims to be signed with; null for a JWT that is not of this kind at all.
 *
 * HS256 and nothing else is tried with keys of ours, and nothing else than RS256 with those of Clerk: which road a token
 * takes is settled by its algorithm, so a public key can never be mistaken for a shared secret.
 */
export function keyIdOfToken({ header, payload }: UnverifiedJwt): string | null {
  if (header["alg"] !== "HS256") return null;
  // Libraries that cannot set headers name the key as the issuer.
  const named = header["kid"] ?? payload["iss"];
  return typeof named === "string" ? readKeyId(named) : null;
}

/**
 * Judges a JWT that somebody signed with a key of ours (HS256 over RFC 7515's signing input, the secret being the key's
 * whole text). What it grants is the key's own rights or less; `sub` is a name that the signer wrote down.
 *
 * @throws AppError UNAVAILABLE where the sealed secret of the key cannot be opened on this server
 */
export async function judgeKeyToken(
  token: string,
  jwt: UnverifiedJwt,
  { keyId, address, tools }: { keyId: string; address: string | null; tools: KeyTools },
): Promise<ApiKeyPrincipal | RejectedPrincipal> {
  const claims = readClaims(jwt, keyId);
  if (claims === null) return BAD_KEY;
  const proven = await tools.memory.recall("keyTokens", token, () => prove(token, keyId, tools));
  const now = tools.now();
  if (proven === null || !isUsable(proven, { address, now })) return BAD_KEY;

  const seconds = Math.floor(now.getTime() / 1_000);
  if (claims.notBefore > seconds + CLOCK_SKEW_SECONDS) return BAD_KEY;
  // Only who could sign it learns that it has expired: his next step is to sign another one.
  if (claims.exp <= seconds - CLOCK_SKEW_SECONDS)
    return { kind: "rejected", code: "TOKEN_EXPIRED", reason: null };

  const holder = holderOf(proven.key);
  const { tier = holder.tier, scopes = holder.scopes } = claims;
  // Refused, not clamped: a signer who asks for more than he has is mistaken about something.
  if (!reaches(holder.tier, tier) || [...scopes].some((scope) => !holder.scopes.has(scope))) return BAD_KEY;
  noteUse(proven, { address, tools, rehashed: null });
  return {
    ...holder,
    via: "keyToken",
    tier,
    scopes,
    onBehalfOf: claims.sub,
    expiresAt: new Date(Math.min(claims.exp * 1_000, holder.expiresAt?.getTime() ?? Infinity)),
  };
}

/** The key that signed the token, whether it may be used or not; null where none did. */
async function prove(token: string, keyId: string, tools: KeyTools): Promise<ProvenKey | null> {
  const key = await findKey(keyId, tools.pool);
  if (key === null || !key.jwtSigning) {
    // As long as a comparison would have taken.
    isSignedWith("", token);
    return null;
  }
  const secret = findSigner(key, token, tools);
  return secret === undefined ? null : { key, secret };
}

/**
 * The secret that it was signed with. One that cannot be opened says nothing: it may be an old one, sealed under an
 * encryption key that has been taken away since. Only where no other fits and it could still be this one, nobody knows.
 *
 * @throws AppError UNAVAILABLE where nobody knows
 */
function findSigner(key: FoundKey, token: string, { vault, log, now }: KeyTools): FoundSecret | undefined {
  let isSure = true;
  for (const secret of key.secrets) {
    // A key that was revoked has nothing left that could verify anything.
    if (secret.sealed === null) continue;
    const text = vault.unseal(secret.sealed, key.id);
    if (text !== null && isSignedWith(text, token)) return secret;
    if (text === null && (secret.endsAt === null || secret.endsAt > now())) isSure = false;
  }
  if (isSure) return undefined;
  log.warn({ keyId: key.id }, "a sealed API key cannot be opened: is its API_KEY_ENCRYPTION_KEY still set?");
  throw new AppError("UNAVAILABLE");
}

function isSignedWith(secret: string, token: string): boolean {
  const end = token.lastIndexOf(".");
  const expected = createHmac("sha256", secret).update(token.slice(0, end)).digest();
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

interface Claims {
  sub: string;
  exp: number;
  notBefore: number;
  tier?: Tier;
  scopes?: ReadonlySet<Permission>;
}

/** The header and claims that can be judged without the key; null where one of them is wrong. */
function readClaims({ header, payload }: UnverifiedJwt, keyId: string): Claims | null {
  if (header["typ"] !== undefined && header["typ"] !== "JWT") return null;
  // RFC 7515 4.1.11: an extension that is not understood must be refused.
  if ("crit" in header || "b64" in header || "zip" in header || "enc" in header) return null;
  const { iss, aud, sub, iat, nbf = iat, exp, tier, scopes } = payload;
  if (iss !== undefined && (typeof iss !== "string" || readKeyId(iss) !== keyId)) return null;
  // Meant for somebody by name, and we have none (RFC 7519 4.1.3).
  if (aud !== undefined) return null;
  if (typeof sub !== "string" || sub === "" || sub.length > LONGEST_SUBJECT || !isStorable(sub)) return null;
  if (!isNumericDate(iat) || !isNumericDate(nbf) || !isNumericDate(exp)) return null;
  if (exp <= iat || exp - iat > LONGEST_KEY_TOKEN_SECONDS) return null;
  const wantedTier = tier === undefined ? undefined : Tier.safeParse(tier).data;
  const wantedScopes = scopes === undefined ? undefined : readScopes(scopes);
  if ((tier !== undefined && wantedTier === undefined) || wantedScopes === null) return null;
  return {
    sub,
    exp,
    notBefore: Math.max(iat, nbf),
    ...(wantedTier === undefined ? {} : { tier: wantedTier }),
    ...(wantedScopes === undefined ? {} : { scopes: wantedScopes }),
  };
}

function readScopes(value: unknown): ReadonlySet<Permission> | null {
  if (!Array.isArray(value)) return null;
  const words: unknown[] = value;
  const known = words.filter((each) => typeof each === "string").filter(isPermission);
  return known.length === words.length ? new Set(known) : null;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
