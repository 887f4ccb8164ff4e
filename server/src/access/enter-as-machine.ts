import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Role } from "@gatehouse/shared";
import type pg from "pg";
import { AppError } from "../base/app-error.ts";
import type { MachinePrincipal } from "../identity/principal.ts";
import { machineActor } from "./actor.ts";
import type { Entered, Entry } from "./entry.ts";
import { readWorkspace, requireNamed, WORKSPACE_COLUMNS } from "./workspace-row.ts";
import type { WorkspaceRow } from "./workspace-row.ts";

/** A machine, where the workspace has made it a member. That Clerk knows it means nothing here. */
export async function enterAsMachine(
  principal: MachinePrincipal,
  { workspaceId, permission, pool }: Entry,
): Promise<Entered> {
  const row = await readMachine(principal.machineId, requireNamed(workspaceId), pool);
  // What any member may do, such as leaving, is a person's: a machine has been let in for its role only.
  if (row === null || permission === "any member") throw new AppError("FORBIDDEN");
  const granted = ROLE_PERMISSIONS[row.role];
  if (!granted.has(permission)) throw new AppError("FORBIDDEN");
  return { actor: machineActor(principal), principal, workspace: readWorkspace(row), member: null, granted };
}

async function readMachine(
  machineId: string,
  workspaceId: string,
  pool: pg.Pool,
): Promise<(WorkspaceRow & { role: Role }) | null> {
  const { rows } = await pool.query<WorkspaceRow & { role: Role }>({
    name: "enter_as_machine",
    text: `SELECT m.role, ${WORKSPACE_COLUMNS}
           FROM workspace_machines m JOIN workspaces w ON w.id = m.workspace_id
           WHERE m.machine_id = $1 AND m.workspace_id = $2 AND w.deleted_at IS NULL`,
    values: [machineId, workspaceId],
  });
  return rows[0] ?? null;
}
