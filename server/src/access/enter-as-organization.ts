import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Role } from "@gatehouse/shared";
import type pg from "pg";
import { AppError } from "../base/app-error.ts";
import type { OrganizationPrincipal } from "../identity/principal.ts";
import { organizationKeyActor } from "./actor.ts";
import type { Entered, Entry } from "./entry.ts";
import { requireScope, scopeNotHeld, within } from "./granted.ts";
import { readWorkspace, WORKSPACE_COLUMNS } from "./workspace-row.ts";
import type { WorkspaceRow } from "./workspace-row.ts";

/** As which a key acts that the operator made through Clerk's Backend API, and not a member. */
const ROLE_WITHOUT_MAKER: Role = "admin";

/**
 * The key of an organization, in the workspace that mirrors it. It may do what its scopes say, and never more than
 * the member who made it may now: a key that he leaves behind dies with his membership.
 */
export async function enterAsOrganization(
  principal: OrganizationPrincipal,
  { workspaceId, permission, scope, pool }: Entry,
): Promise<Entered> {
  const row = await readHome(principal, pool);
  const role = principal.createdBy === null ? ROLE_WITHOUT_MAKER : (row?.maker_role ?? null);
  const isElsewhere = workspaceId !== null && workspaceId !== row?.id;
  if (row === null || role === null || isElsewhere) throw new AppError("FORBIDDEN");

  const granted = within(ROLE_PERMISSIONS[role], principal.scopes);
  if (permission === "any member") requireScope(principal.scopes, scope);
  else if (!ROLE_PERMISSIONS[role].has(permission)) throw new AppError("FORBIDDEN");
  else if (!granted.has(permission)) throw scopeNotHeld(permission);
  const actor = organizationKeyActor(principal);
  return { actor, principal, workspace: readWorkspace(row), member: null, granted };
}

async function readHome(
  { organizationId, createdBy }: OrganizationPrincipal,
  pool: pg.Pool,
): Promise<(WorkspaceRow & { maker_role: Role | null }) | null> {
  const { rows } = await pool.query<WorkspaceRow & { maker_role: Role | null }>({
    name: "enter_as_organization",
    text: `SELECT m.role AS maker_role, ${WORKSPACE_COLUMNS}
           FROM workspaces w
           LEFT JOIN users u ON u.clerk_id = $2 AND u.deleted_at IS NULL AND NOT u.banned AND NOT u.locked
           LEFT JOIN workspace_members m ON m.workspace_id = w.id AND m.user_id = u.id
           WHERE w.clerk_organization_id = $1 AND w.managed_by = 'clerk' AND w.deleted_at IS NULL`,
    values: [organizationId, createdBy],
  });
  return rows[0] ?? null;
}
