import type { ErrorCode, Permission, Role, Tier } from "@gatehouse/shared";

/** A person, as his verified credential names him. Nothing of it has been looked up yet. */
export interface UserPrincipal {
  kind: "user";
  clerkId: string;
  sessionId: string | null;
  via: "session" | "template" | "oauth" | "clerkApiKey";
  /** The active organization of the token, which limits it among workspaces that Clerk manages. */
  organizationId: string | null;
  /** Who impersonates the user: `act.sub` of the token. */
  actorId: string | null;
  /** The OAuth client that acts for the user. */
  clientId: string | null;
  /** What the credential may be used for, in the words of its maker; null: not limited. */
  scopes: ReadonlySet<string> | null;
  expiresAt: Date | null;
}

/** A Clerk API key that belongs to an organization. It acts in that organization's workspace. */
export interface OrganizationPrincipal {
  kind: "organization";
  organizationId: string;
  /** Clerk's id of the key. */
  keyId: string;
  /** The Clerk user who made the key; null where the operator did. */
  createdBy: string | null;
  scopes: ReadonlySet<string>;
  expiresAt: Date | null;
}

/** The one workspace of an API key, as the statement that found the key found it. */
export interface KeyHome {
  workspace: {
    id: string;
    name: string;
    slug: string;
    managedBy: "local" | "clerk";
    tier: Tier;
    createdAt: Date;
  };
  /** False for a workspace that was closed. */
  isOpen: boolean;
  /** What the key's owner is there now; null where he is no member any more. */
  ownerRole: Role | null;
}

/** A Gatehouse API key, or a JWT signed with one. */
export interface ApiKeyPrincipal {
  kind: "apiKey";
  via: "apiKey" | "keyToken";
  keyId: string;
  ownerId: string;
  home: KeyHome;
  /** What the key was given. What it may do is bounded by what its owner may do, too. */
  scopes: ReadonlySet<Permission>;
  /** The key's tier or the workspace's, whichever is lower. */
  tier: Tier;
  ipAllow: readonly string[];
  /** `sub` of a JWT: a name that the signer wrote down, which grants nothing. */
  onBehalfOf: string | null;
  expiresAt: Date | null;
}

/** A machine that Clerk knows. It may enter where a workspace has made it a member. */
export interface MachinePrincipal {
  kind: "machine";
  machineId: string;
  expiresAt: Date | null;
}

/** A credential was sent and is not good: `detail` may be shown to the caller, and so may `reason`. */
export interface RejectedPrincipal {
  kind: "rejected";
  code: Extract<
    ErrorCode,
    "UNAUTHORIZED" | "TOKEN_EXPIRED" | "INVALID_API_KEY" | "SESSION_REVOKED" | "UNAVAILABLE"
  >;
  reason: string | null;
  /** With UNAVAILABLE: after how many seconds it is worth trying again. */
  retryAfterSeconds?: number;
}

/**
 * Who is asking. The union is closed and no switch over it has a `default`, so that a new kind of caller stops
 * the build at every place that must decide about it.
 */
export type Principal =
  | { kind: "anonymous" }
  | RejectedPrincipal
  | UserPrincipal
  | OrganizationPrincipal
  | ApiKeyPrincipal
  | MachinePrincipal;

/** Of a bearer text that no kind of credential looks like. Some of the documented paths word it differently. */
export const UNKNOWN_KIND = "not a token of any known kind";

/** A bearer credential that is not good, with what precisely is wrong with it. */
export function reject(reason: string): RejectedPrincipal {
  return { kind: "rejected", code: "UNAUTHORIZED", reason };
}
