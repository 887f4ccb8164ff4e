import type { Role } from "@gatehouse/shared";
import type pg from "pg";
import type { WorkspaceRef } from "./contexts.ts";
import { readWorkspace, WORKSPACE_COLUMNS } from "./workspace-row.ts";
import type { WorkspaceRow } from "./workspace-row.ts";

/** A machine at the door of a workspace. */
export interface SoughtMachine {
  machineId: string;
  workspaceId: string;
}

/** A machine that the workspace has made a member. */
export interface MachineGuest {
  machineId: string;
  role: Role;
  workspace: WorkspaceRef;
}

export async function readMachine(
  { machineId, workspaceId }: SoughtMachine,
  pool: pg.Pool,
): Promise<MachineGuest | null> {
  const { rows } = await pool.query<WorkspaceRow & { role: Role }>({
    name: "read_machine",
    text: `SELECT m.role, ${WORKSPACE_COLUMNS}
           FROM workspace_machines m JOIN workspaces w ON w.id = m.workspace_id
           WHERE m.machine_id = $1 AND m.workspace_id = $2 AND w.deleted_at IS NULL`,
    values: [machineId, workspaceId],
  });
  const [row] = rows;
  return row === undefined ? null : { machineId, role: row.role, workspace: readWorkspace(row) };
}

/** A key of an organization, and the Clerk user who made it; null where the operator did. */
export interface SoughtOrganization {
  organizationId: string;
  createdBy: string | null;
}

/** The workspace that mirrors the organization, and what the key's maker is there now. */
export interface OrganizationGuest {
  workspace: WorkspaceRef;
  createdBy: string | null;
  /** Null for a maker who is no live member. */
  maker: { userId: string; role: Role } | null;
}

interface OrganizationRow extends WorkspaceRow {
  maker_id: string | null;
  maker_role: Role | null;
}

export async function readOrganization(
  { organizationId, createdBy }: SoughtOrganization,
  pool: pg.Pool,
): Promise<OrganizationGuest | null> {
  const { rows } = await pool.query<OrganizationRow>({
    name: "read_organization",
    text: `SELECT m.user_id AS maker_id, m.role AS maker_role, ${WORKSPACE_COLUMNS}
           FROM workspaces w
           LEFT JOIN users u ON u.clerk_id = $2 AND u.deleted_at IS NULL AND NOT u.banned AND NOT u.locked
           LEFT JOIN workspace_members m ON m.workspace_id = w.id AND m.user_id = u.id
           WHERE w.clerk_organization_id = $1 AND w.managed_by = 'clerk' AND w.deleted_at IS NULL`,
    values: [organizationId, createdBy],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { maker_id: userId, maker_role: role } = row;
  const maker = userId === null || role === null ? null : { userId, role };
  return { workspace: readWorkspace(row), createdBy, maker };
}
