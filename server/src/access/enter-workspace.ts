import { ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Permission, Role, Tier } from "@gatehouse/shared";
import type pg from "pg";
import { AppError } from "../base/app-error.ts";
import type { ApiKeyPrincipal, Principal } from "../identity/principal.ts";
import { keyActor, userActor } from "./actor.ts";
import type { CurrentUser, WorkspaceContext, WorkspaceRef } from "./contexts.ts";
import { requireMember } from "./enter-user.ts";

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
 * Lets a member into a workspace if his role holds the permission, and a key if it has the scope and its owner's role
 * holds the permission, too.
 *
 * A workspace that does not exist, one that is closed and one that the caller is not in are refused alike, so that
 * nobody can find out which ids exist.
 *
 * @throws AppError FORBIDDEN, SCOPE_NOT_HELD, and what `enterUser` throws
 */
export async function enterWorkspace({
  principal,
  user,
  workspaceId,
  permission,
  pool,
}: Entry): Promise<Entered> {
  const asker = requireMember(principal);
  if (asker.kind === "apiKey") return enterWithKey(asker, workspaceId, permission);
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

/** A key that is good has been read together with its workspace and its owner's role, so nothing is asked here. */
function enterWithKey(
  principal: ApiKeyPrincipal,
  workspaceId: string,
  permission: Entry["permission"],
): Entered {
  const { workspace, isOpen, ownerRole } = principal.home;
  if (!isOpen || workspace.id !== workspaceId) throw new AppError("FORBIDDEN");
  const granted: ReadonlySet<Permission> =
    ownerRole === null
      ? new Set()
      : new Set([...principal.scopes].filter((scope) => ROLE_PERMISSIONS[ownerRole].has(scope)));
  if (permission === "any member" && ownerRole === null) throw new AppError("FORBIDDEN");
  if (permission !== "any member" && !granted.has(permission)) throw scopeNotHeld(permission);
  return { actor: keyActor(principal), principal, workspace, member: null, granted };
}

/** Names the scope, so that whoever made the key knows what to add. */
export function scopeNotHeld(permission: Permission): AppError {
  return new AppError("SCOPE_NOT_HELD", { detail: `The scope ${permission} is needed and not held.` });
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
