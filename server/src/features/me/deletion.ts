import type { DeletedMe } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { UserContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import { inTransaction } from "../../database/transaction.ts";
import { applyUserDeletion } from "../../mirror/users.ts";

/**
 * Deletes the caller for good: at Clerk first, because what Clerk refuses must not stand here, and here everything
 * personal. A workspace that he is alone in is closed.
 *
 * @throws AppError LAST_OWNER while others are members of a workspace that he is the only owner of; UNAVAILABLE or
 * PROVIDER_ERROR where Clerk does not do it
 */
export async function deleteMe(ctx: UserContext): Promise<DeletedMe> {
  const { db, user, now } = ctx;
  await refuseLastOwner(ctx);
  await deleteAtClerk(ctx);
  // Should a workspace have lost its other owner since it was looked at, it passes to another member as after a
  // deletion at Clerk: nothing is ownerless.
  await inTransaction(db, async (tx) => {
    // The line first: it writes down his name, which the deletion erases.
    await recordAudit(tx, ctx, {
      action: "me.delete",
      target: { type: "user", id: user.id },
      workspaceId: null,
    });
    await applyUserDeletion(tx, user.clerkId, now());
  });
  return { id: user.id, deleted: true };
}

async function deleteAtClerk({ clerkApi, user }: UserContext): Promise<void> {
  try {
    await clerkApi.deleteUser(user.clerkId);
  } catch (error) {
    // Deleted there already, by an earlier try whose answer was lost.
    if (!(error instanceof AppError) || error.code !== "NOT_FOUND") throw error;
  }
}

async function refuseLastOwner({ db, user }: UserContext): Promise<void> {
  const others = { some: { userId: { not: user.id } } };
  const otherOwners = { some: { userId: { not: user.id }, role: "owner" as const } };
  const orphaned = await db.workspace.count({
    where: {
      deletedAt: null,
      managedBy: "local",
      AND: [{ members: { some: { userId: user.id, role: "owner" } } }, { members: others }],
      NOT: { members: otherOwners },
    },
  });
  if (orphaned > 0) throw new AppError("LAST_OWNER");
}
