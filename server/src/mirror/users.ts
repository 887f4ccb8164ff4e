import type { Transaction } from "../database/open.ts";
import type { User } from "../database/generated/client.ts";
import type { ClerkUser } from "./clerk-user.ts";
import { passOnOwnership } from "./ownership.ts";
import { closeSessionsOf } from "./sessions.ts";

/**
 * Makes the local row equal to what Clerk says, unless the row already shows something newer.
 *
 * The webhook and the first request of an unknown user both come here. Fifty at once make one row: whoever comes
 * first holds the identity's lock until his transaction ends.
 *
 * @returns the row as it is afterwards; null for an identity that was deleted, which never comes back to life
 */
export async function applyUser(tx: Transaction, user: ClerkUser): Promise<User | null> {
  await lockIdentity(tx, user.clerkId);
  const deleted = await tx.identityTombstone.findUnique({ where: { clerkId: user.clerkId } });
  if (deleted !== null) return null;

  const known = await tx.user.findUnique({ where: { clerkId: user.clerkId } });
  if (known !== null && known.clerkUpdatedAt > user.clerkUpdatedAt) return known;
  if (user.banned) await closeSessionsOf(tx, user.clerkId);
  if (known === null) return tx.user.create({ data: user });
  return tx.user.update({ where: { id: known.id }, data: user });
}

/**
 * Notes that Clerk deleted a user: a tombstone for ever, his personal data erased, his memberships ended.
 * His row stays, because others refer to it.
 *
 * @param at when Clerk deleted him: the event's own time, since a deleted user has no `updated_at`
 */
export async function applyUserDeletion(tx: Transaction, clerkId: string, at: Date): Promise<void> {
  await lockIdentity(tx, clerkId);
  await tx.identityTombstone.upsert({ where: { clerkId }, create: { clerkId, deletedAt: at }, update: {} });
  await closeSessionsOf(tx, clerkId);
  const user = await tx.user.findUnique({ where: { clerkId } });
  if (user === null || user.deletedAt !== null) return;

  await passOnOwnership(tx, user.id, at);
  await tx.workspaceMember.deleteMany({ where: { userId: user.id } });
  const erased = {
    email: null,
    emailVerified: false,
    name: null,
    imageUrl: null,
    role: "user",
    hasProductAccess: false,
  } as const;
  await tx.user.update({ where: { id: user.id }, data: { ...erased, deletedAt: at } });
}

/** Held until the transaction ends. Everything that changes one Clerk identity waits here for the one before it. */
async function lockIdentity(tx: Transaction, clerkId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`clerk:${clerkId}`}, 0))`;
}
