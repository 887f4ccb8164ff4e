import type { Permission } from "./roles.ts";

/** What a key may be used for outside of workspaces: the caller's own account and sessions. */
export const ACCOUNT_SCOPES = ["users:read", "users:write", "sessions:read", "sessions:write"] as const;
export type AccountScope = (typeof ACCOUNT_SCOPES)[number];

/** What a key can be limited to. Inside of workspaces scopes are the same words as permissions. */
export type Scope = Permission | AccountScope;
