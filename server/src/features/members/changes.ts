import type { Member, RemovedMember, RemoveMember, UpdateMemberRole } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import { endInvitationsAbove } from "../../access/belongings.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { membersOf } from "../../access/members.ts";
import { inTransaction } from "../../database/transaction.ts";
import { endBelongings } from "../../mirror/belongings.ts";
import { removeInClerk, setRoleInClerk } from "./in-clerk.ts";
import { judge } from "./judge.ts";
import { WITH_USER, toMember } from "./operations.ts";

/**
 * Gives a member another role.
 *
 * @throws AppError NOT_FOUND for who is no member; ROLE_ESCALATION for a role above the caller's own, given or taken;
 * LAST_OWNER
 */
export async function updateMemberRole(ctx: WorkspaceContext, input: UpdateMemberRole): Promise<Member> {
  if (ctx.workspace.managedBy === "clerk") return setRoleInClerk(ctx, input);
  const members = membersOf(ctx.workspace);
  const workspaceId = ctx.workspace.id;
  const { userId, role } = input;
  return inTransaction(ctx.db, async (tx) => {
    const from = await judge(tx, ctx, { userId, to: role });
    if (from !== role) {
      await members.setRole(tx, userId, role);
      await endInvitationsAbove(tx, { workspaceId, userId }, { role, at: ctx.now() });
      await recordAudit(tx, ctx, {
        action: "members.updateRole",
        target: { type: "member", id: userId },
        workspaceId,
        before: { role: from },
        after: { role },
      });
    }
    const key = { workspaceId_userId: { workspaceId, userId } };
    return toMember(await tx.workspaceMember.findUniqueOrThrow({ where: key, include: WITH_USER }));
  });
}

/**
 * Ends a membership, and with it what was made in the member's name.
 *
 * @throws AppError as `updateMemberRole`
 */
export async function removeMember(ctx: WorkspaceContext, { userId }: RemoveMember): Promise<RemovedMember> {
  if (ctx.workspace.managedBy === "clerk") return removeInClerk(ctx, userId);
  const members = membersOf(ctx.workspace);
  const workspaceId = ctx.workspace.id;
  return inTransaction(ctx.db, async (tx) => {
    const from = await judge(tx, ctx, { userId, to: null });
    await endBelongings(tx, { workspaceId, userId }, { at: ctx.now() });
    await members.remove(tx, userId);
    await recordAudit(tx, ctx, {
      action: "members.remove",
      target: { type: "member", id: userId },
      workspaceId,
      before: { role: from },
    });
    return { userId, removed: true };
  });
}
