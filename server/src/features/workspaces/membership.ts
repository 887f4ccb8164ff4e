import type { LeftWorkspace, TransferOwnership, Workspace } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import { endInvitationsAbove } from "../../access/belongings.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { holdStanding, membersOf } from "../../access/members.ts";
import { AppError } from "../../base/app-error.ts";
import { inTransaction } from "../../database/transaction.ts";
import { endBelongings } from "../../mirror/belongings.ts";
import { leaveInClerk, transferInClerk } from "./in-clerk.ts";
import { toWorkspace } from "./present.ts";

/**
 * Ends the caller's own membership.
 *
 * @throws AppError LAST_OWNER; NOT_MEMBER for who has been removed in the meantime; FORBIDDEN for a key or a machine
 */
export async function leaveWorkspace(ctx: WorkspaceContext): Promise<LeftWorkspace> {
  const { db, workspace, now } = ctx;
  const userId = requireMember(ctx);
  if (workspace.managedBy === "clerk") return leaveInClerk(ctx, userId);
  const members = membersOf(workspace);
  return inTransaction(db, async (tx) => {
    const { roles, owners } = await holdStanding(tx, workspace.id, [userId]);
    const role = roles.get(userId);
    if (role === undefined) throw new AppError("NOT_MEMBER");
    if (role === "owner" && owners === 1) throw new AppError("LAST_OWNER");
    await endBelongings(tx, { workspaceId: workspace.id, userId }, { at: now() });
    await members.remove(tx, userId);
    await recordAudit(tx, ctx, {
      action: "workspaces.leave",
      target: { type: "member", id: userId },
      workspaceId: workspace.id,
      before: { role },
    });
    return { id: workspace.id, left: true };
  });
}

/**
 * Makes another member owner and the caller admin, in one step: there is an owner at every moment.
 *
 * @throws AppError NOT_MEMBER for whoever the workspace does not have; FORBIDDEN for a caller who is no owner any more
 */
export async function transferOwnership(
  ctx: WorkspaceContext,
  { userId }: TransferOwnership,
): Promise<Workspace> {
  const { db, workspace, now } = ctx;
  const callerId = requireMember(ctx);
  if (workspace.managedBy === "clerk") return transferInClerk(ctx, { callerId, userId });
  const members = membersOf(workspace);
  return inTransaction(db, async (tx) => {
    const { roles } = await holdStanding(tx, workspace.id, [callerId, userId]);
    if (roles.get(callerId) !== "owner") throw new AppError("FORBIDDEN");
    const heir = roles.get(userId);
    if (heir === undefined) throw new AppError("NOT_MEMBER");
    if (userId === callerId) return toWorkspace(workspace, "owner");
    await members.setRole(tx, userId, "owner");
    await members.setRole(tx, callerId, "admin");
    await endInvitationsAbove(
      tx,
      { workspaceId: workspace.id, userId: callerId },
      { role: "admin", at: now() },
    );
    await recordAudit(tx, ctx, {
      action: "workspaces.transferOwnership",
      target: { type: "member", id: userId },
      workspaceId: workspace.id,
      before: { role: heir },
      after: { role: "owner" },
    });
    return toWorkspace(workspace, "admin");
  });
}

function requireMember({ member }: WorkspaceContext): string {
  if (member === null) throw new AppError("FORBIDDEN", { detail: "Only a member himself may do this." });
  return member.userId;
}
