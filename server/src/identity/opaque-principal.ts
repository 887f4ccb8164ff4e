import type { TokenRules } from "../base/config-tokens.ts";
import type { OpaqueAnswer, OpaqueCredential, OpaqueKind } from "../providers/clerk-credentials.ts";
import { reject } from "./principal.ts";
import type { Principal, RejectedPrincipal } from "./principal.ts";
import { flawOfMachineAudience, flawOfOauthAudience } from "./token-audience.ts";
import { isAllowedClient, isId } from "./token-claims.ts";

/** From Clerk's answer about an opaque credential to who is asking, by our rules and our clock. */
export function judgeOpaque(
  kind: OpaqueKind,
  answer: OpaqueAnswer,
  { rules, now }: { rules: TokenRules; now: Date },
): Principal {
  if (answer.kind !== "valid") return rejectOpaque(kind, answer.kind);
  const { credential } = answer;
  if (credential.expiresAt !== null && credential.expiresAt <= now) return rejectOpaque(kind, "expired");
  switch (kind) {
    case "ak":
      return ofApiKey(credential);
    case "oat":
      return ofAccessToken(credential, rules);
    case "mt":
      return ofMachineToken(credential, rules);
  }
}

/** API keys are never explained; whoever holds a token is told what is wrong with it. */
export function rejectOpaque(
  kind: OpaqueKind,
  what: Exclude<OpaqueAnswer["kind"], "valid">,
): RejectedPrincipal {
  if (kind === "ak") return { kind: "rejected", code: "INVALID_API_KEY", reason: null };
  switch (what) {
    case "unknown":
      return reject("not a token that the identity provider knows");
    case "revoked":
      return reject("revoked");
    case "expired":
      return { kind: "rejected", code: "TOKEN_EXPIRED", reason: "expired" };
  }
}

function ofApiKey({ id, subject, scopes, createdBy, expiresAt }: OpaqueCredential): Principal {
  const held = new Set(scopes);
  if (isId(subject, "org")) {
    return { kind: "organization", organizationId: subject, keyId: id, createdBy, scopes: held, expiresAt };
  }
  return isId(subject, "user")
    ? { ...AS_USER, clerkId: subject, via: "clerkApiKey", scopes: held, expiresAt }
    : rejectOpaque("ak", "unknown");
}

function ofAccessToken(
  { subject, clientId, audiences, actorId, expiresAt }: OpaqueCredential,
  rules: TokenRules,
): Principal {
  if (!isId(subject, "user")) return reject("names no user (subject)");
  if (!isAllowedClient(clientId, rules.oauthClientIds))
    return reject("its client is not in CLERK_OAUTH_CLIENT_IDS");
  const foreign = flawOfOauthAudience(audiences, rules);
  if (foreign !== null) return reject(foreign);
  return { ...AS_USER, clerkId: subject, via: "oauth", actorId, clientId, expiresAt };
}

function ofMachineToken({ subject, scopes, expiresAt }: OpaqueCredential, rules: TokenRules): Principal {
  if (!isId(subject, "mch")) return reject("names no machine (subject)");
  const foreign = flawOfMachineAudience(scopes, rules);
  return foreign === null ? { kind: "machine", machineId: subject, expiresAt } : reject(foreign);
}

const AS_USER = {
  kind: "user",
  sessionId: null,
  organizationId: null,
  actorId: null,
  clientId: null,
  scopes: null,
} as const;
