import type { Transaction } from "../database/open.ts";
import { Prisma } from "../database/generated/client.ts";
import type { User } from "../database/generated/client.ts";
import { bury, isBuried, isOutdated, lockClerkId } from "./clerk-id.ts";
import type { ClerkUser } from "./clerk-user.ts";
import { settleRoles } from "./owners.ts";
import { passOnOwnership } from "./ownership.ts";
import { closeSessionsOf } from "./sessions.ts";

/**
 * Makes the local row equal to what Clerk says, unless the row already shows something newer.
 *
 * The webhook and the first request of an unknown user both come here. Fifty at once make one row: whoever comes
 * first holds the identity's lock until his transaction ends.
 *
 * @param toldAt when Clerk said so, where an event or a list tells it; an answer to our own change speaks for itself
 * @returns the row as it is afterwards; null for an identity that was deleted, which never comes back to life
 */
export async function applyUser(
  tx: Transaction,
  user: ClerkUser,
  toldAt = user.clerkUpdatedAt,
): Promise<User | null> {
  await lockClerkId(tx, user.clerkId);
  if (await isBuried(tx, user.clerkId)) return null;

  const known = await tx.user.findUnique({ where: { clerkId: user.clerkId } });
  const data = { ...user, clerkToldAt: toldAt };
  if (known !== null && !isOutdated(known, data)) return known;
  if (user.banned) await closeSessionsOf(tx, user.clerkId);
  if (known === null) return tx.user.create({ data });
  return tx.user.update({ where: { id: known.id }, data });
}

/**
 * Notes that Clerk deleted a user: a tombstone for ever, his personal data erased, his memberships ended.
 * His row stays, because others refer to it.
 *
 * @param at when Clerk deleted him: the event's own time, since a deleted user has no `updated_at`
 */
export async function applyUserDeletion(tx: Transaction, clerkId: string, at: Date): Promise<void> {
  await lockClerkId(tx, clerkId);
  await bury(tx, clerkId, at);
  await closeSessionsOf(tx, clerkId);
  // What events said of him is kept for a while so that they can be run again. Not of somebody who is gone.
  await tx.webhookEvent.updateMany({ where: { subject: clerkId }, data: { payload: Prisma.DbNull } });
  const user = await tx.user.findUnique({ where: { clerkId } });
  if (user === null || user.deletedAt !== null) return;

  const erased = {
    email: null,
    emailVerified: false,
    name: null,
    imageUrl: null,
    role: "user",
    hasProductAccess: false,
  } as const;
  // His row first: from here on he accepts no invitation and makes no workspace, and those that he had are all seen.
  await tx.user.update({ where: { id: user.id }, data: { ...erased, deletedAt: at } });

  await passOnOwnership(tx, user.id, at);
  await leaveOrganizations(tx, user);
  await tx.workspaceMember.deleteMany({ where: { userId: user.id } });
  await eraseTraces(tx, user, at);
}

/** What names him elsewhere, and what would go on acting in his name. */
async function eraseTraces(tx: Transaction, { id, email, emailVerified }: User, at: Date): Promise<void> {
  // The trail stays; the name behind the id goes.
  await tx.auditPerson.deleteMany({ where: { userId: id } });
  if (email !== null && emailVerified)
    await tx.invitation.deleteMany({ where: { email: email.toLowerCase() } });
  await tx.invitation.updateMany({
    where: { invitedById: id, closedAt: null },
    data: { closedAt: at, outcome: "revoked" },
  });
  await tx.apiKey.updateMany({ where: { ownerId: id, revokedAt: null }, data: { revokedAt: at } });
}

/** Clerk ends his memberships with him, and does not always tell of each. */
async function leaveOrganizations(tx: Transaction, { id, email }: User): Promise<void> {
  if (email !== null) await tx.organizationInvitation.deleteMany({ where: { email: email.toLowerCase() } });
  const mirrored = await tx.workspaceMember.findMany({
    where: { userId: id, workspace: { managedBy: "clerk" } },
    orderBy: { workspaceId: "asc" },
  });
  for (const { workspaceId } of mirrored) {
    await tx.workspaceMember.delete({ where: { workspaceId_userId: { workspaceId, userId: id } } });
    await settleRoles(tx, workspaceId);
  }
}
