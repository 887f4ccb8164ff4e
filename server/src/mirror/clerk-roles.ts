import type { Role } from "@gatehouse/shared";
import type { Log } from "../base/log.ts";

/** What a role of Clerk's organizations means here. */
export type RoleOf = (clerkRole: string) => Role;

/** A role that nobody has mapped opens as little as a member may, and is said once. */
export function openRoleOf(roles: ReadonlyMap<string, Role>, log: Log): RoleOf {
  const said = new Set(["org:member"]);
  return (clerkRole) => {
    const role = roles.get(clerkRole);
    if (role !== undefined) return role;
    if (!said.has(clerkRole)) {
      said.add(clerkRole);
      log.warn({ clerkRole }, "CLERK_ROLE_MAP does not say what this role means; it is taken for a member");
    }
    return "member";
  };
}

/** Which role at Clerk stands for one of ours; null where none does. An owner is an admin there. */
export function clerkRoleFor(role: Role, roles: ReadonlyMap<string, Role>): string | null {
  const wanted = role === "owner" ? "admin" : role;
  for (const [clerkRole, meaning] of roles) if (meaning === wanted) return clerkRole;
  return wanted === "member" ? "org:member" : null;
}
