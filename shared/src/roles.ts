import { addRows } from "./table.ts";
import type { AllOf } from "./words.ts";

/** From the one who may do most to the one who may do least. */
export const ROLES = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Whether one role stands above another. */
export function isAbove(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) < ROLES.indexOf(other);
}

/**
 * What can be allowed in a workspace, and the least role that may do it; every role above may do it, too.
 * The scopes of API keys are the same words.
 */
const OWN_PERMISSIONS = {
  "workspace:read": "viewer",
  "workspace:update": "admin",
  "workspace:delete": "owner",
  "members:read": "viewer",
  "members:manage": "admin",
  "projects:read": "viewer",
  "projects:write": "member",
  "files:read": "viewer",
  "files:write": "member",
  "documents:read": "viewer",
  "documents:write": "member",
  "dashboards:read": "viewer",
  "dashboards:write": "member",
  "workflows:read": "viewer",
  "workflows:write": "member",
  "workflows:execute": "member",
  "apiKeys:read": "member",
  "apiKeys:manage": "admin",
  "billing:read": "member",
  "billing:manage": "admin",
  "usage:read": "viewer",
  "usage:write": "member",
  "audit:read": "admin",
} as const satisfies Record<string, Role>;

export type Permission = AllOf<keyof typeof OWN_PERMISSIONS, "permissions">;

const leastRoles: Record<string, Role> = {};
const permissions: Permission[] = [];
const held = {
  owner: new Set<Permission>(),
  admin: new Set<Permission>(),
  member: new Set<Permission>(),
  viewer: new Set<Permission>(),
};

/** In the order of the table. */
export const PERMISSIONS: readonly Permission[] = permissions;

/** Which role holds what: the one table that guards, keys, the client and the documents read. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = held;

addPermissions(OWN_PERMISSIONS);

/** What a product adds; see `learnWords`. @throws Error for a word that has another meaning already */
export function addPermissions(rows: Readonly<Record<string, Role>>): void {
  addRows(leastRoles, rows);
  for (const word of Object.keys(rows).filter(isPermission)) {
    if (!permissions.includes(word)) permissions.push(word);
    for (const role of ROLES) if (!isAbove(leastRoles[word] ?? "owner", role)) held[role].add(word);
  }
}

/** A word that an older version knew and this one does not is none. */
export function isPermission(word: string): word is Permission {
  return Object.hasOwn(leastRoles, word);
}

/** Whether a member with this role may do this. */
export function can(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].has(permission);
}
