/** What can be allowed in a workspace. The scopes of API keys are the same words. */
export const PERMISSIONS = [
  "workspace:read",
  "workspace:update",
  "workspace:delete",
  "members:read",
  "members:manage",
  "projects:read",
  "projects:write",
  "files:read",
  "files:write",
  "documents:read",
  "documents:write",
  "dashboards:read",
  "dashboards:write",
  "workflows:read",
  "workflows:write",
  "workflows:execute",
  "apiKeys:read",
  "apiKeys:manage",
  "billing:read",
  "billing:manage",
  "usage:read",
  "usage:write",
  "audit:read",
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** A word that an older version knew and this one does not is none. */
export function isPermission(word: string): word is Permission {
  return PERMISSIONS.some((each) => each === word);
}

/** From the one who may do most to the one who may do least. */
export const ROLES = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Whether one role stands above another. */
export function isAbove(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) < ROLES.indexOf(other);
}

const VIEWER: readonly Permission[] = [
  "workspace:read",
  "members:read",
  "projects:read",
  "files:read",
  "documents:read",
  "dashboards:read",
  "workflows:read",
  "usage:read",
];
const MEMBER: readonly Permission[] = [
  ...VIEWER,
  "projects:write",
  "files:write",
  "documents:write",
  "dashboards:write",
  "workflows:write",
  "workflows:execute",
  "apiKeys:read",
  "billing:read",
  "usage:write",
];

/** Which role holds what: the one table that guards, keys, the client and the documents read. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(PERMISSIONS),
  admin: new Set(PERMISSIONS.filter((permission) => permission !== "workspace:delete")),
  member: new Set(MEMBER),
  viewer: new Set(VIEWER),
};

/** Whether a member with this role may do this. */
export function can(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].has(permission);
}
