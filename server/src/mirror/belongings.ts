import type { Transaction } from "../database/open.ts";

/** Whose things in which workspace. */
export interface Belonger {
  workspaceId: string;
  userId: string;
}

/**
 * Ends what goes with a membership, in the transaction that ends it. The keys of who is no member are worth nothing
 * anyway; revoked, they stay dead if he ever comes back.
 *
 * @param at when the membership ended
 * @param madeBefore where he is a member again already: what he has made since then stays
 */
export async function endBelongings(
  tx: Transaction,
  { workspaceId, userId }: Belonger,
  { at, madeBefore }: { at: Date; madeBefore?: Date },
): Promise<void> {
  const then = madeBefore === undefined ? {} : { createdAt: { lt: madeBefore } };
  await tx.apiKey.updateMany({
    where: { workspaceId, ownerId: userId, revokedAt: null, ...then },
    data: { revokedAt: at },
  });
  await tx.invitation.updateMany({
    where: { workspaceId, invitedById: userId, closedAt: null, ...then },
    data: { closedAt: at, outcome: "revoked" },
  });
}
