import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Permission, Role } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { UserPrincipal } from "../identity/principal.ts";
import { userActor } from "./actor.ts";
import type { Membership } from "./caller-row.ts";
import { enterCaller } from "./enter-user.ts";
import type { Entered, Entry } from "./entry.ts";
import { grantedTo, requireScope, scopeNotHeld } from "./granted.ts";
import { notInPerson } from "./in-person.ts";
import { requireNamed } from "./workspace-row.ts";

/** A user, as far as his role, his credential's scopes and its active organization reach. */
export async function enterAsMember(
  principal: UserPrincipal,
  { callers, workspaceId, permission, scope, deletedSince }: Entry,
): Promise<Entered> {
  // Who he is comes first: a banned user learns nothing else.
  const { user, membership } = await enterCaller(principal, workspaceId, callers);
  requireNamed(workspaceId);
  if (membership === null || !isInReach(membership, deletedSince) || isOutside(principal, membership))
    throw new AppError("FORBIDDEN");

  const { role, workspace } = membership;
  const granted = grantedTo(principal, role);
  if (permission === "any member") requireScope(principal.scopes, scope);
  else if (!granted.has(permission)) throw refusalFor(permission, principal, role);
  return {
    actor: userActor(principal, user),
    principal,
    workspace,
    member: { userId: user.id, role },
    granted,
  };
}

/** Says which of the three is missing: the role's right, the key's scope, or the person himself. */
function refusalFor(permission: Permission, { scopes }: UserPrincipal, role: Role): AppError {
  if (!ROLE_PERMISSIONS[role].has(permission)) return new AppError("FORBIDDEN");
  if (scopes !== null && !scopes.has(permission)) return scopeNotHeld(permission);
  return notInPerson();
}

/** Whether a workspace is open, or was closed so lately that the procedure lets in all the same. */
function isInReach({ deletedAt }: Membership, deletedSince: Date | null): boolean {
  return deletedAt === null || (deletedSince !== null && deletedAt > deletedSince);
}

/**
 * A token that is inside an organization is for that one: among the workspaces that Clerk manages it opens no other,
 * although its user may be a member there.
 */
function isOutside(
  { organizationId }: UserPrincipal,
  { workspace, clerkOrganizationId }: Membership,
): boolean {
  return organizationId !== null && workspace.managedBy === "clerk" && clerkOrganizationId !== organizationId;
}
