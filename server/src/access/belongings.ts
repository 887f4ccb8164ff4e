import { ROLES, can, isAbove } from "@gatehouse/shared";
import type { Role } from "@gatehouse/shared";
import type { Transaction } from "../database/open.ts";
import type { Belonger } from "../mirror/belongings.ts";

/** What goes with a member: it was made in his name, and nobody else answers for it. */
export async function countBelongings(
  tx: Transaction,
  { workspaceId, userId }: Belonger,
): Promise<{ apiKeys: number; invitations: number }> {
  const apiKeys = await tx.apiKey.count({ where: { workspaceId, ownerId: userId, revokedAt: null } });
  const invitations = await tx.invitation.count({
    where: { workspaceId, invitedById: userId, closedAt: null },
  });
  return { apiKeys, invitations };
}

/**
 * Whoever was demoted leaves no open invitation into a role that he may not give any more: he could have sent it to
 * an address of his own.
 */
export async function endInvitationsAbove(
  tx: Transaction,
  { workspaceId, userId }: Belonger,
  { role, at }: { role: Role; at: Date },
): Promise<void> {
  const beyondHim = can(role, "members:manage") ? ROLES.filter((each) => isAbove(each, role)) : [...ROLES];
  await tx.invitation.updateMany({
    where: { workspaceId, invitedById: userId, closedAt: null, role: { in: beyondHim } },
    data: { closedAt: at, outcome: "revoked" },
  });
}
