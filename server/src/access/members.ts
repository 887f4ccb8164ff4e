import { can, leastRole } from "@gatehouse/shared";
import type { Role } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { Transaction } from "../database/open.ts";
import type { WorkspaceContext, WorkspaceRef } from "./contexts.ts";
import { isInPerson } from "./in-person.ts";
import { lockWorkspace } from "./lock-workspace.ts";

/** How the members of a workspace are changed. All of it happens under `lockWorkspace`. */
export interface Members {
  add: (tx: Transaction, member: { userId: string; role: Role; joinedAt: Date }) => Promise<void>;
  setRole: (tx: Transaction, userId: string, role: Role) => Promise<void>;
  remove: (tx: Transaction, userId: string) => Promise<void>;
}

/**
 * The one door to a workspace's members.
 *
 * @throws AppError FORBIDDEN for a workspace that mirrors a Clerk organization: its members follow Clerk
 */
export function membersOf({ id: workspaceId, managedBy }: Pick<WorkspaceRef, "id" | "managedBy">): Members {
  requireLocal({ managedBy });
  const key = (userId: string) => ({ workspaceId_userId: { workspaceId, userId } });
  return {
    add: async (tx, member) => void (await tx.workspaceMember.create({ data: { workspaceId, ...member } })),
    setRole: async (tx, userId, role) =>
      void (await tx.workspaceMember.update({ where: key(userId), data: { role } })),
    remove: async (tx, userId) => void (await tx.workspaceMember.delete({ where: key(userId) })),
  };
}

/** @throws AppError FORBIDDEN for what Clerk decides about the workspaces that mirror its organizations */
function requireLocal({ managedBy }: Pick<WorkspaceRef, "managedBy">): void {
  switch (managedBy) {
    case "local":
      return;
    case "clerk":
      throw new AppError("FORBIDDEN", { detail: "This workspace is managed in Clerk. Change it there." });
  }
}

/** Who stands where in a workspace, as far as one decision needs it. */
export interface Standing {
  /** The roles of those who were asked for; who is no member is missing. */
  roles: ReadonlyMap<string, Role>;
  owners: number;
}

/**
 * Locks the workspace and reads who stands where. Nobody's role changes before the transaction ends, so that what is
 * decided about the last owner stays true.
 *
 * @throws AppError FORBIDDEN for a workspace that was closed in the meantime
 */
export async function holdStanding(
  tx: Transaction,
  workspaceId: string,
  userIds: readonly string[],
): Promise<Standing> {
  await lockWorkspace(tx, workspaceId);
  const rows = await tx.workspaceMember.findMany({
    where: { workspaceId, OR: [{ userId: { in: [...userIds] } }, { role: "owner" }] },
    select: { userId: true, role: true },
  });
  return {
    roles: new Map(rows.map(({ userId, role }) => [userId, role])),
    owners: rows.filter(({ role }) => role === "owner").length,
  };
}

/**
 * As whom the caller grants and takes roles now, under the lock: he may have been demoted since the guard let him in.
 *
 * Whose role is behind a key or a machine is not known here, so it counts as the least role that manages members: an
 * admin, unless the product says otherwise. An owner who does not act in person (an app acts for him, or somebody
 * impersonates him) counts as an admin: ownership is given and taken by owners themselves.
 *
 * @throws AppError FORBIDDEN for who is no member any more, or no longer one that manages members
 */
export function grantorRole(ctx: WorkspaceContext, { roles }: Standing): Role {
  const role = ctx.member === null ? leastRole("members:manage") : roles.get(ctx.member.userId);
  if (role === undefined || !can(role, "members:manage")) throw new AppError("FORBIDDEN");
  return role === "owner" && !isInPerson(ctx.principal) ? "admin" : role;
}
