import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Permission, Role, Tier } from "@gatehouse/shared";
import type pg from "pg";
import { AppError } from "../base/app-error.ts";
import type { Principal } from "../identity/principal.ts";
import { userActor } from "./actor.ts";
import type { CurrentUser, WorkspaceContext, WorkspaceRef } from "./contexts.ts";
import { requireUser } from "./enter-user.ts";

/** What is known about the caller and the place before he is let in. */
export interface Entry {
  principal: Principal;
  user: () => Promise<CurrentUser>;
  workspaceId: string;
  permission: Permission | "any member";
  pool: pg.Pool;
}

type Entered = Pick<WorkspaceContext, "actor" | "principal" | "workspace" | "member" | "granted">;

/**
 * Lets a member into a workspace if his role holds the permission.
 *
 * A workspace that does not exist, one that is closed and one that the caller is not in are refused alike, so that
 * nobody can find out which ids exist.
 *
 * @throws AppError FORBIDDEN, and what `enterUser` throws
 */
export async function enterWorkspace({
  principal,
  user,
  workspaceId,
  permission,
  pool,
}: Entry): Promise<Entered> {
  const asker = requireUser(principal);
  const current = await user();
  const found = await readMembership(current.id, workspaceId, pool);
  if (found === null) throw new AppError("FORBIDDEN");

  const granted = ROLE_PERMISSIONS[found.role];
  if (permission !== "any member" && !granted.has(permission)) throw new AppError("FORBIDDEN");
  return {
    actor: userActor(asker, current),
    principal: asker,
    workspace: found.workspace,
    member: { userId: current.id, role: found.role },
    granted,
  };
}

interface MembershipRow {
  role: Role;
  name: string;
  slug: string;
  managed_by: "local" | "clerk";
  tier: Tier;
  created_at: Date;
}

/** Where the caller's membership decides, it is read by hand in one statement: it runs on every call in a workspace. */
async function readMembership(
  userId: string,
  id: string,
  pool: pg.Pool,
): Promise<{ role: Role; workspace: WorkspaceRef } | null> {
  const { rows } = await pool.query<MembershipRow>({
    name: "enter_workspace",
    text: `SELECT m.role, w.name, w.slug, w.managed_by, w.tier, w.created_at
           FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id
           WHERE m.user_id = $1 AND m.workspace_id = $2 AND w.deleted_at IS NULL`,
    values: [userId, id],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { role, name, slug, tier } = row;
  return { role, workspace: { id, name, slug, managedBy: row.managed_by, tier, createdAt: row.created_at } };
}
