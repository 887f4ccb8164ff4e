import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Permission, Role } from "@gatehouse/shared";
import type pg from "pg";
import { AppError } from "../base/app-error.ts";
import type { UserPrincipal } from "../identity/principal.ts";
import { userActor } from "./actor.ts";
import type { Entered, Entry } from "./entry.ts";
import { grantedTo, requireScope, scopeNotHeld } from "./granted.ts";
import { notInPerson } from "./in-person.ts";
import { readWorkspace, requireNamed, WORKSPACE_COLUMNS } from "./workspace-row.ts";
import type { WorkspaceRow } from "./workspace-row.ts";

/** A user, as far as his role, his credential's scopes and its active organization reach. */
export async function enterAsMember(
  principal: UserPrincipal,
  { user, workspaceId, permission, scope, deletedSince, pool }: Entry,
): Promise<Entered> {
  // Who he is comes first: a banned user learns nothing else.
  const current = await user();
  const row = await readMembership([current.id, requireNamed(workspaceId), deletedSince], pool);
  if (row === null || isOutside(principal, row)) throw new AppError("FORBIDDEN");

  const { role } = row;
  const granted = grantedTo(principal, role);
  if (permission === "any member") requireScope(principal.scopes, scope);
  else if (!granted.has(permission)) throw refusalFor(permission, principal, role);
  return {
    actor: userActor(principal, current),
    principal,
    workspace: readWorkspace(row),
    member: { userId: current.id, role },
    granted,
  };
}

/** Says which of the three is missing: the role's right, the key's scope, or the person himself. */
function refusalFor(permission: Permission, { scopes }: UserPrincipal, role: Role): AppError {
  if (!ROLE_PERMISSIONS[role].has(permission)) return new AppError("FORBIDDEN");
  if (scopes !== null && !scopes.has(permission)) return scopeNotHeld(permission);
  return notInPerson();
}

/**
 * A token that is inside an organization is for that one: among the workspaces that Clerk manages it opens no other,
 * although its user may be a member there.
 */
function isOutside({ organizationId }: UserPrincipal, row: WorkspaceRow): boolean {
  return (
    organizationId !== null && row.managed_by === "clerk" && row.clerk_organization_id !== organizationId
  );
}

/** Read by hand in one statement: it runs on every call in a workspace. */
async function readMembership(
  values: [userId: string, workspaceId: string, deletedSince: Date | null],
  pool: pg.Pool,
): Promise<(WorkspaceRow & { role: Role }) | null> {
  const { rows } = await pool.query<WorkspaceRow & { role: Role }>({
    name: "enter_workspace",
    text: `SELECT m.role, ${WORKSPACE_COLUMNS}
           FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
           WHERE m.user_id = $1 AND m.workspace_id = $2 AND (w.deleted_at IS NULL OR w.deleted_at > $3)`,
    values,
  });
  return rows[0] ?? null;
}
