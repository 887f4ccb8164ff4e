// Printed from the server's router by `npm run generate`. Changes here are lost.

/** From the one who may do most to the one who may do least. */
export const ROLES = ["owner", "admin", "member", "viewer"] as const;

export type Role = (typeof ROLES)[number];

/** What can be allowed in a workspace. The scopes of API keys are the same words. */
export const PERMISSIONS = ["workspace:read", "workspace:update", "workspace:delete", "members:read", "members:manage", "projects:read", "projects:write", "files:read", "files:write", "documents:read", "documents:write", "dashboards:read", "dashboards:write", "workflows:read", "workflows:write", "workflows:execute", "apiKeys:read", "apiKeys:manage", "billing:read", "billing:manage", "usage:read", "usage:write", "audit:read"] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** Which role holds what; the server decides by the same table. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  owner: ["workspace:read", "workspace:update", "workspace:delete", "members:read", "members:manage", "projects:read", "projects:write", "files:read", "files:write", "documents:read", "documents:write", "dashboards:read", "dashboards:write", "workflows:read", "workflows:write", "workflows:execute", "apiKeys:read", "apiKeys:manage", "billing:read", "billing:manage", "usage:read", "usage:write", "audit:read"],
  admin: ["workspace:read", "workspace:update", "members:read", "members:manage", "projects:read", "projects:write", "files:read", "files:write", "documents:read", "documents:write", "dashboards:read", "dashboards:write", "workflows:read", "workflows:write", "workflows:execute", "apiKeys:read", "apiKeys:manage", "billing:read", "billing:manage", "usage:read", "usage:write", "audit:read"],
  member: ["workspace:read", "members:read", "projects:read", "projects:write", "files:read", "files:write", "documents:read", "documents:write", "dashboards:read", "dashboards:write", "workflows:read", "workflows:write", "workflows:execute", "apiKeys:read", "billing:read", "usage:read", "usage:write"],
  viewer: ["workspace:read", "members:read", "projects:read", "files:read", "documents:read", "dashboards:read", "workflows:read", "usage:read"],
};

/** From the smallest to the largest. */
export const TIERS = ["lite", "standard", "professional"] as const;

export type Tier = (typeof TIERS)[number];
