import type { Tier } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { RawTransaction } from "../database/by-hand.ts";

/**
 * Holds the workspace's row until the transaction ends. The row is the lock of everything that is counted or ranked
 * in a workspace: its members, their roles, its invitations, its limits. Two who change them are judged one after
 * the other, each by what the one before has left. (It does not hold up inserts that merely refer to the workspace.)
 *
 * @throws AppError FORBIDDEN for a workspace that was closed after the caller had been let in
 */
export async function lockWorkspace(tx: RawTransaction, workspaceId: string): Promise<{ tier: Tier }> {
  const [row] = await tx.$queryRaw<{ tier: Tier }[]>`
    SELECT tier FROM workspaces WHERE id = ${workspaceId}::uuid AND deleted_at IS NULL FOR NO KEY UPDATE`;
  if (row === undefined) throw new AppError("FORBIDDEN");
  return row;
}
