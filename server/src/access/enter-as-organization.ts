import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Role } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { OrganizationPrincipal } from "../identity/principal.ts";
import { organizationKeyActor } from "./actor.ts";
import type { Entered, Entry } from "./entry.ts";
import { requireScope, scopeNotHeld, within } from "./granted.ts";

/** As which a key acts that the operator made through Clerk's Backend API, and not a member. */
const ROLE_WITHOUT_MAKER: Role = "admin";

/**
 * The key of an organization, in the workspace that mirrors it. It may do what its scopes say, and never more than
 * the member who made it may now: a key that he leaves behind dies with his membership.
 */
export async function enterAsOrganization(
  principal: OrganizationPrincipal,
  { workspaceId, permission, scope, callers }: Entry,
): Promise<Entered> {
  const { organizationId, createdBy } = principal;
  const guest = await callers.organization({ organizationId, createdBy });
  const role = createdBy === null ? ROLE_WITHOUT_MAKER : (guest?.maker?.role ?? null);
  const isElsewhere = workspaceId !== null && workspaceId !== guest?.workspace.id;
  if (guest === null || role === null || isElsewhere) throw new AppError("FORBIDDEN");

  const granted = within(ROLE_PERMISSIONS[role], principal.scopes);
  if (permission === "any member") requireScope(principal.scopes, scope);
  else if (!ROLE_PERMISSIONS[role].has(permission)) throw new AppError("FORBIDDEN");
  else if (!granted.has(permission)) throw scopeNotHeld(permission);
  const actor = organizationKeyActor(principal);
  return { actor, principal, workspace: guest.workspace, member: null, granted };
}
