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
 * The scopes of API keys are the same words. A product may name another role (`assignPermissions`).
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

/** The least role of each word, as it was declared, and what a product says in its place. */
const declared: Record<string, Role> = {};
const assigned: Record<string, Role> = {};
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

/** What a product adds; see `learnWords`. @throws Error for a word that has another meaning already, or an unknown role */
export function addPermissions(rows: Readonly<Record<string, Role>>): void {
  requireRoles(rows);
  addRows(declared, rows);
  for (const word of Object.keys(rows).filter(isPermission))
    if (!permissions.includes(word)) permissions.push(word);
  giveOut();
}

/**
 * Names the least role that holds a permission, in place of the one that the permission was declared with. Every role
 * above holds it as well: an owner holds everything, and nobody holds less than somebody below him. It holds for the
 * whole program, as words do.
 *
 * @throws Error naming an unknown permission or role, or a permission that is assigned to another role already
 */
export function assignPermissions(rows: Readonly<Partial<Record<Permission, Role>>>): void {
  const unknown = Object.keys(rows).find((word) => !isPermission(word));
  if (unknown !== undefined) throw new Error(`roles: there is no permission ${unknown}`);
  requireRoles(rows);
  addRows<Role>(assigned, rows);
  giveOut();
}

/** An unknown role stands above all others in `isAbove`, so that not even an owner would hold the permission. */
function requireRoles(rows: Readonly<Record<string, Role>>): void {
  for (const [word, role] of Object.entries(rows))
    if (!ROLES.includes(role)) throw new Error(`${word} is given to ${role}, and there is no such role`);
}

/** The sets stay the same objects: others have taken hold of them. */
function giveOut(): void {
  for (const role of ROLES) {
    held[role].clear();
    for (const word of permissions) if (!isAbove(leastRole(word), role)) held[role].add(word);
  }
}

/** The least role that holds it. */
export function leastRole(permission: Permission): Role {
  return assigned[permission] ?? declared[permission] ?? "owner";
}

/** A word that an older version knew and this one does not is none. */
export function isPermission(word: string): word is Permission {
  return Object.hasOwn(declared, word);
}

/** Whether a member with this role may do this. */
export function can(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].has(permission);
}
