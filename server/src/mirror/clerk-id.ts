import type { Transaction } from "../database/open.ts";

/**
 * Held until the transaction ends. Everything that changes what one Clerk id stands for waits here for the one before
 * it. Who needs two takes the organization first and the user second.
 */
export async function lockClerkId(tx: Transaction, clerkId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`clerk:${clerkId}`}, 0))`;
}

/** Notes that what had this id is gone for good: no event, however late, brings it back. */
export async function bury(tx: Transaction, clerkId: string, at: Date): Promise<void> {
  await tx.identityTombstone.createMany({ data: { clerkId, deletedAt: at }, skipDuplicates: true });
}

export async function isBuried(tx: Transaction, clerkId: string): Promise<boolean> {
  return (await tx.identityTombstone.findUnique({ where: { clerkId } })) !== null;
}

/** When a state was true at Clerk: its own `updated_at`, and when we were told of it. */
export interface Stamps {
  clerkUpdatedAt: Date | null;
  clerkToldAt: Date | null;
}

/** Whether a state replaces the one that a row shows. Of two with one `updated_at`, the one that was told later does. */
export function isOutdated(row: Stamps, by: { clerkUpdatedAt: Date; clerkToldAt: Date }): boolean {
  const shown = row.clerkUpdatedAt?.getTime() ?? 0;
  const offered = by.clerkUpdatedAt.getTime();
  if (shown !== offered) return shown < offered;
  return (row.clerkToldAt?.getTime() ?? 0) <= by.clerkToldAt.getTime();
}
