import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Permission, Role, Scope } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { UserPrincipal } from "../identity/principal.ts";
import { IN_PERSON_PERMISSIONS, isInPerson } from "./in-person.ts";

/** What a member may do by this credential: never more than his role holds. */
export function grantedTo(principal: UserPrincipal, role: Role): ReadonlySet<Permission> {
  const { scopes } = principal;
  const held = ROLE_PERMISSIONS[role];
  if (isInPerson(principal)) return scopes === null ? held : within(held, scopes);
  const allowed = new Set([...held].filter((permission) => !IN_PERSON_PERMISSIONS.has(permission)));
  return scopes === null ? allowed : within(allowed, scopes);
}

/** What both the role and the scopes of a key hold. */
export function within(held: ReadonlySet<Permission>, scopes: ReadonlySet<string>): ReadonlySet<Permission> {
  return new Set([...held].filter((permission) => scopes.has(permission)));
}

/** @throws AppError SCOPE_NOT_HELD, naming the scope so that whoever made the key knows what to add */
export function requireScope(scopes: ReadonlySet<string> | null, scope: Scope | undefined): void {
  if (scopes === null || (scope !== undefined && scopes.has(scope))) return;
  throw scope === undefined ? new AppError("SCOPE_NOT_HELD") : scopeNotHeld(scope);
}

export function scopeNotHeld(scope: Scope): AppError {
  return new AppError("SCOPE_NOT_HELD", { detail: `The scope ${scope} is needed and not held.` });
}
