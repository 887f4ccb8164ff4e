import { ROLE_PERMISSIONS } from "./generated/roles.ts";
import type { Permission, Role } from "./generated/roles.ts";

/** Whether a member with this role may do this, by the table that the server decides by. Null is a stranger. */
export function can(role: Role | null, permission: Permission): boolean {
  return role !== null && ROLE_PERMISSIONS[role].includes(permission);
}
