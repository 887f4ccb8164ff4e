import type { ClerkSettings } from "../base/config-identity.ts";
import type { UnverifiedJwt } from "./jwt-shape.ts";
import type { KeySet } from "./key-set.ts";
import { reject } from "./principal.ts";
import type { MachinePrincipal, UserPrincipal } from "./principal.ts";
import { flawOfSignature } from "./signature.ts";
import { readClaims } from "./token-claims.ts";
import type { TokenClaims } from "./token-claims.ts";
import { kindOfToken, readHeader } from "./token-header.ts";
import type { TokenKind } from "./token-header.ts";
import type { TokenMemory, TokenPrincipal } from "./token-memory.ts";
import { flawOfParty } from "./token-party.ts";
import { judgeTimes } from "./token-times.ts";
import type { TokenTimes } from "./token-times.ts";

/** What is needed to judge a token of Clerk. */
export interface ClerkTokenTools {
  settings: ClerkSettings;
  keySet: KeySet;
  memory: TokenMemory;
  /** The user whose tokens are minted through the Backend API and so carry no azp; null where there is none. */
  serviceUserId: () => Promise<string | null>;
  now: () => Date;
}

/**
 * Judges a JWT of the configured Clerk instance: a session token (v1 and v2 claims), one of a JWT template, an OAuth
 * access token or a machine's.
 *
 * The SDK checks the signature. Everything that it leaves open is checked here, and before it what costs nothing:
 * the kind of the token, one algorithm, `crit`, the key id, the issuer, the audience, pending sessions, endless
 * lifetimes. Times come after the signature, because TOKEN_EXPIRED makes honest clients ask for a new token.
 *
 * What the signature cost is remembered. What is refused before it costs little and is not: nor is what could not be
 * judged because something is down.
 *
 * @throws AppError UNAVAILABLE where the keys, or the service user's name, cannot be had
 */
export async function verifyClerkToken(
  token: string,
  jwt: UnverifiedJwt,
  tools: ClerkTokenTools,
): Promise<TokenPrincipal> {
  const { settings, keySet, memory, serviceUserId, now } = tools;
  const kind = kindOfToken(jwt);
  const header = readHeader(jwt.header, kind);
  if ("flaw" in header) return reject(header.flaw);
  const payload = readClaims(jwt.payload, kind, settings);
  if ("flaw" in payload) return reject(payload.flaw);

  const pem = await keySet.find(header.keyId);
  if (pem === null) return reject("signed with a key that the issuer does not have (kid)");
  const keep = (principal: TokenPrincipal | null, times: TokenTimes | null): void =>
    memory.keep(token, { principal, times, keyId: header.keyId, pem });

  const forged = await flawOfSignature(token, kind, { pem, issuer: settings.issuer });
  if (forged !== null) {
    const refused = reject(forged);
    keep(refused, null);
    return refused;
  }
  const { claims } = payload;
  const { exp, iat, nbf = iat } = claims;
  const times = { exp, iat, nbf };
  const untimely = judgeTimes(times, now());
  if (untimely !== null) {
    keep(null, times);
    return untimely;
  }
  const isOfFrontend = kind === "session" || kind === "template";
  const foreign = isOfFrontend ? await flawOfParty(claims, settings, serviceUserId) : null;
  const principal = foreign === null ? toPrincipal(kind, claims) : reject(foreign);
  keep(principal, times);
  return principal;
}

function toPrincipal(kind: TokenKind, claims: TokenClaims): UserPrincipal | MachinePrincipal {
  const expiresAt = new Date(claims.exp * 1_000);
  if (kind === "machine") return { kind: "machine", machineId: claims.sub, expiresAt };
  return {
    kind: "user",
    clerkId: claims.sub,
    // A template may write a `sid` of its own; only a session token's is Clerk's word.
    sessionId: kind === "session" ? (claims.sid ?? null) : null,
    via: kind,
    organizationId: claims.o?.id ?? claims.org_id ?? null,
    actorId: claims.act?.sub ?? null,
    clientId: kind === "oauth" ? (claims.client_id ?? null) : null,
    scopes: null,
    expiresAt,
  };
}
