import type { Role } from "@gatehouse/shared";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { grantorRole, holdStanding } from "../../access/members.ts";
import { AppError } from "../../base/app-error.ts";
import type { Transaction } from "../../database/open.ts";
import { decideRoleChange } from "./decide-change.ts";

/** The member's role as it is now, once the change is allowed. */
export async function judge(
  tx: Transaction,
  ctx: WorkspaceContext,
  { userId, to }: { userId: string; to: Role | null },
): Promise<Role> {
  const caller = ctx.member === null ? [] : [ctx.member.userId];
  const standing = await holdStanding(tx, ctx.workspace.id, [userId, ...caller]);
  const grantor = grantorRole(ctx, standing);
  const from = standing.roles.get(userId);
  if (from === undefined) throw new AppError("NOT_FOUND");
  const decision = decideRoleChange({ grantor, from, to, owners: standing.owners });
  switch (decision) {
    case "change":
    case "nothing":
      return from;
    case "ROLE_ESCALATION":
    case "LAST_OWNER":
      throw new AppError(decision);
  }
}
