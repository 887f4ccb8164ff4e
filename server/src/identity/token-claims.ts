import type { ClerkSettings } from "../base/config-identity.ts";
import { flawOfAudience } from "./token-audience.ts";
import type { TokenKind } from "./token-header.ts";
import { isNumericDate } from "./token-times.ts";
import type { TokenTimes } from "./token-times.ts";

type UnreadClaims = Readonly<Record<string, unknown>>;

/** The claims that are read, after `readClaims` has found nothing wrong with them. */
export interface TokenClaims extends TokenTimes {
  sub: string;
  sid?: string;
  azp?: string;
  o?: { id: string };
  org_id?: string;
  act?: { sub: string };
  client_id?: string;
}

/** The claims of a token of this kind, if nothing is wrong with them; whether it is in its time is not asked. */
export function readClaims(
  claims: UnreadClaims,
  kind: TokenKind,
  rules: ClerkSettings,
): { claims: TokenClaims } | { flaw: string } {
  const flaw =
    flawOfAll(claims, rules) ?? FLAW_OF[kind](claims, rules) ?? flawOfAudience(claims, kind, rules);
  if (flaw !== null) return { flaw };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checks above found these types, with a reason for each that is wrong
  return { claims: claims as unknown as TokenClaims };
}

function flawOfAll({ iss, exp, iat, nbf }: UnreadClaims, rules: ClerkSettings): string | null {
  if (iss !== rules.issuer) return "issued by another instance (iss)";
  if (!isNumericDate(exp) || !isNumericDate(iat) || (nbf !== undefined && !isNumericDate(nbf)))
    return "has no usable times (exp, iat, nbf)";
  if (exp - iat > rules.maxTokenLifetimeSeconds)
    return "lives longer than CLERK_MAX_TOKEN_LIFETIME_SECONDS allows";
  return null;
}

const FLAW_OF: Record<TokenKind, (claims: UnreadClaims, rules: ClerkSettings) => string | null> = {
  session: (claims) => {
    if (!isId(claims["sid"], "sess")) return "belongs to no session (sid)";
    // An old token has no status. Any other one than `active` has still something to do before it may enter.
    if ((claims["sts"] ?? "active") !== "active") return "belongs to a session that is still pending (sts)";
    return flawOfUser(claims);
  },
  template: (claims) => flawOfUser(claims),
  oauth: (claims, { oauthClientIds }) => {
    const clientId = claims["client_id"];
    if (clientId !== undefined && !isText(clientId)) return "has a client without a name (client_id)";
    if (!isAllowedClient(clientId, oauthClientIds)) return "its client is not in CLERK_OAUTH_CLIENT_IDS";
    return flawOfUser(claims);
  },
  machine: (claims) => (isId(claims["sub"], "mch") ? null : "names no machine (sub)"),
};

function flawOfUser({ sub, azp, o, org_id: orgId, act }: UnreadClaims): string | null {
  if (!isId(sub, "user")) return "names no user (sub)";
  if (azp !== undefined && typeof azp !== "string") return "has an azp that is no text";
  if (o !== undefined && !isText(field(o, "id"))) return "has an organization without an id (o)";
  if (orgId !== undefined && !isText(orgId)) return "has an organization without an id (org_id)";
  if (act !== undefined && !isText(field(act, "sub"))) return "has an actor without a name (act)";
  return null;
}

/** Whether an OAuth client may act here: all of the instance's may, unless some are named. */
export function isAllowedClient(clientId: unknown, allowed: readonly string[]): boolean {
  return allowed.length === 0 || allowed.some((each) => each === clientId);
}

/** Whether a text is an id as Clerk makes them: a prefix and letters and digits. */
export function isId(value: unknown, prefix: string): value is string {
  return typeof value === "string" && value.startsWith(`${prefix}_`) && /^[a-z]+_\w{1,100}$/.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
