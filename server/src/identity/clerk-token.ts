import { verifyToken } from "@clerk/backend";
import type { ClerkSettings } from "../base/config-identity.ts";
import type { UnverifiedJwt } from "./jwt-shape.ts";
import type { KeySet } from "./key-set.ts";
import type { RejectedPrincipal, UserPrincipal } from "./principal.ts";

/** What is needed to judge a token of Clerk. */
export interface ClerkTokenTools {
  settings: Pick<
    ClerkSettings,
    "issuer" | "authorizedParties" | "allowMissingAzp" | "maxTokenLifetimeSeconds"
  >;
  keySet: KeySet;
  /** The user whose tokens are minted through the Backend API and so carry no azp; null where there is none. */
  serviceUserId: () => Promise<string | null>;
  now: () => Date;
}

/** How far two clocks may differ; the SDK's own allowance. */
const CLOCK_SKEW_SECONDS = 5;
/** `cat` of a session token. Tokens of templates and of machines carry other values; old ones carry none. */
const SESSION_CATEGORY = "cl_B7d4PD111AAA";

/**
 * Judges a session token (v1 and v2 claims) of the configured Clerk instance.
 *
 * The signature, `iss`, `azp`, `exp`, `nbf` and `iat` are checked by the SDK. Here stands what it leaves open:
 * `crit`, one algorithm, the key id, the kind of the token, pending sessions and endless lifetimes.
 *
 * @throws AppError UNAVAILABLE where the keys cannot be had
 */
export async function verifyClerkToken(
  token: string,
  jwt: UnverifiedJwt,
  tools: ClerkTokenTools,
): Promise<UserPrincipal | RejectedPrincipal> {
  const malformed = flawOfHeader(jwt.header) ?? flawOfClaims(jwt.payload, tools);
  if (malformed !== null) return rejected(malformed);
  const claims = jwt.payload as unknown as SessionClaims;

  const pem = await tools.keySet.find(jwt.header["kid"] as string);
  if (pem === null) return rejected("signed with a key that the issuer does not have");

  const foreign = await flawOfParty(claims, tools);
  if (foreign !== null) return rejected(foreign);

  try {
    await verifyToken(token, {
      jwtKey: pem,
      issuer: tools.settings.issuer,
      clockSkewInMs: CLOCK_SKEW_SECONDS * 1_000,
    });
  } catch (error) {
    return explain(error, claims, tools.now());
  }
  return {
    kind: "user",
    clerkId: claims.sub,
    sessionId: claims.sid,
    via: "session",
    organizationId: claims.o?.id ?? claims.org_id ?? null,
    actorId: claims.act?.sub ?? null,
    expiresAt: new Date(claims.exp * 1_000),
  };
}

/** The claims that are read, after `flawOfClaims` has found nothing wrong with them. */
interface SessionClaims {
  sub: string;
  sid: string;
  iss: string;
  iat: number;
  exp: number;
  nbf?: number;
  azp?: string;
  o?: { id: string };
  org_id?: string;
  act?: { sub: string };
}

function flawOfHeader(header: UnverifiedJwt["header"]): string | null {
  // One algorithm, whatever the key would allow: `none`, HMAC with the public key and the rest end here.
  if (header["alg"] !== "RS256") return "signed with another algorithm than RS256";
  if (header["typ"] !== "JWT") return "not a session token (typ)";
  // RFC 7515 4.1.11: an extension that is not understood must be refused. The SDK ignores it.
  if ("crit" in header || "b64" in header) return "needs an extension that is not known here (crit)";
  if ((header["cat"] ?? SESSION_CATEGORY) !== SESSION_CATEGORY) return "not a session token (cat)";
  // Checked before the key set is asked, so that no text of a caller causes a fetch.
  if (typeof header["kid"] !== "string" || !/^[\w-]{1,100}$/.test(header["kid"]))
    return "has no usable key id (kid)";
  return null;
}

function flawOfClaims(claims: UnverifiedJwt["payload"], { settings }: ClerkTokenTools): string | null {
  const { sub, sid, iss, exp, iat, nbf, azp, aud, sts, o, org_id: orgId, act } = claims;
  if (iss !== settings.issuer) return "issued by another instance (iss)";
  if (typeof sub !== "string" || !/^user_\w{1,100}$/.test(sub)) return "names no user (sub)";
  if (typeof sid !== "string" || !/^sess_\w{1,100}$/.test(sid)) return "belongs to no session (sid)";
  if (!isInstant(exp) || !isInstant(iat) || (nbf !== undefined && !isInstant(nbf)))
    return "has no usable times (exp, iat, nbf)";
  if (exp - iat > settings.maxTokenLifetimeSeconds)
    return "lives longer than CLERK_MAX_TOKEN_LIFETIME_SECONDS allows";
  if (azp !== undefined && typeof azp !== "string") return "has an azp that is no text";
  if (aud !== undefined) return "meant for another audience (aud)";
  if (sts !== undefined && sts !== "active") return "belongs to a session that is still pending";
  if (o !== undefined && !hasText(o, "id")) return "has an organization without an id (o)";
  if (orgId !== undefined && typeof orgId !== "string") return "has an organization without an id (org_id)";
  if (act !== undefined && !hasText(act, "sub")) return "has an actor without a name (act)";
  return null;
}

function isInstant(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 1e11;
}

function hasText(value: unknown, name: string): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Record<string, unknown>)[name] === "string"
  );
}

/** `azp` is the origin that the token was minted for: another site's token must not be replayed here. */
async function flawOfParty(
  claims: SessionClaims,
  { settings, serviceUserId }: ClerkTokenTools,
): Promise<string | null> {
  const { authorizedParties, allowMissingAzp } = settings;
  if (authorizedParties.length === 0) return null;
  if (claims.azp !== undefined) {
    if (authorizedParties.includes(claims.azp)) return null;
    return `azp ${isOrigin(claims.azp) ? claims.azp : "(not an origin)"} is not in CLERK_AUTHORIZED_PARTIES`;
  }
  if (allowMissingAzp || claims.sub === (await serviceUserId())) return null;
  return "has no azp (see CLERK_ALLOW_MISSING_AZP)";
}

function isOrigin(text: string): boolean {
  return text.length <= 200 && URL.canParse(text) && new URL(text).origin === text;
}

function explain(error: unknown, claims: SessionClaims, now: Date): RejectedPrincipal {
  const reason = typeof error === "object" && error !== null && "reason" in error ? error.reason : null;
  const seconds = Math.floor(now.getTime() / 1_000);
  switch (reason) {
    case "token-expired":
      return {
        kind: "rejected",
        code: "TOKEN_EXPIRED",
        reason: `expired ${Math.max(0, seconds - claims.exp)} s ago`,
      };
    case "token-not-active-yet":
      return rejected(
        `not valid before ${Math.max(0, (claims.nbf ?? claims.iat) - seconds)} s from now (nbf)`,
      );
    case "token-iat-in-the-future":
      return rejected(`issued ${Math.max(0, claims.iat - seconds)} s in the future (iat)`);
    case "token-invalid-signature":
      return rejected("the signature does not match");
    default:
      return rejected("cannot be verified");
  }
}

function rejected(reason: string): RejectedPrincipal {
  return { kind: "rejected", code: "UNAUTHORIZED", reason };
}
