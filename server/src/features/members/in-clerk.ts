import type { Member, RemovedMember, UpdateMemberRole } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import { endMembership, readSeat, requireClerkRole, storeMembership } from "../../access/clerk-workspace.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import { inTransaction } from "../../database/transaction.ts";
import { judge } from "./judge.ts";
import { WITH_USER, toMember } from "./operations.ts";

// Members of workspaces that Clerk manages: decided here by our rules, changed at Clerk, and shown here at once.

/** @throws AppError as `updateMemberRole`; VALIDATION_FAILED for a role that nothing at Clerk means */
export async function setRoleInClerk(
  ctx: WorkspaceContext,
  { userId, role }: UpdateMemberRole,
): Promise<Member> {
  const { db, organizations } = ctx;
  const workspaceId = ctx.workspace.id;
  if (role === "owner")
    throw new AppError("VALIDATION_FAILED", {
      fields: [{ path: "role", message: "Clerk knows no owners: pass the ownership on instead" }],
    });
  const from = await inTransaction(db, (tx) => judge(tx, ctx, { userId, to: role }));
  const key = { workspaceId_userId: { workspaceId, userId } };
  if (from !== role) {
    const clerkRole = requireClerkRole(role, organizations);
    const seat = await readSeat(db, { workspaceId, userId });
    const answer = await organizations.clerk.setRole({ ...seat, role: clerkRole });
    await inTransaction(db, async (tx) => {
      await storeMembership(tx, answer, organizations);
      await recordAudit(tx, ctx, {
        action: "members.updateRole",
        target: { type: "member", id: userId },
        workspaceId,
        before: { role: from },
        after: { role },
      });
    });
  }
  return toMember(await db.workspaceMember.findUniqueOrThrow({ where: key, include: WITH_USER }));
}

/** @throws AppError as `removeMember` */
export async function removeInClerk(ctx: WorkspaceContext, userId: string): Promise<RemovedMember> {
  const { db, organizations } = ctx;
  const workspaceId = ctx.workspace.id;
  const from = await inTransaction(db, (tx) => judge(tx, ctx, { userId, to: null }));
  const seat = await readSeat(db, { workspaceId, userId });
  await organizations.clerk.removeMember(seat);
  await inTransaction(db, async (tx) => {
    await endMembership(tx, seat, ctx.now());
    await recordAudit(tx, ctx, {
      action: "members.remove",
      target: { type: "member", id: userId },
      workspaceId,
      before: { role: from },
    });
  });
  return { userId, removed: true };
}
