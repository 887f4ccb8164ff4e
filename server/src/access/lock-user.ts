import { AppError } from "../base/app-error.ts";
import type { Transaction } from "../database/open.ts";

/**
 * Holds a user's row until the transaction ends: he is not deleted meanwhile, and what is counted for him stays true.
 * Taken before the lock of a workspace, as his deletion takes them.
 *
 * @throws AppError UNAUTHORIZED for a user who was deleted after the guard had let him in
 */
export async function lockUser(tx: Transaction, userId: string): Promise<void> {
  const locked = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM users WHERE id = ${userId}::uuid AND deleted_at IS NULL FOR NO KEY UPDATE`;
  if (locked.length === 0) throw new AppError("UNAUTHORIZED");
}
