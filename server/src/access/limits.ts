import { nameOfLimit } from "@gatehouse/shared";
import type { Limits, WorkspaceLimit } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { RawTransaction } from "../database/by-hand.ts";
import type { Transaction } from "../database/open.ts";
import { lockUser } from "./lock-user.ts";
import { lockWorkspace } from "./lock-workspace.ts";

export interface Room {
  workspaceId: string;
  limit: WorkspaceLimit;
  limits: Limits;
  /** How many there are now, read through the transaction: nobody can add one while the lock is held. */
  count: () => Promise<number>;
}

/**
 * Makes sure that the workspace may hold one more, and keeps it so until the transaction ends.
 *
 * @example await requireRoom(tx, { workspaceId, limits, limit: "projects", count: () => tx.project.count({ where: { workspaceId } }) });
 * @throws AppError LIMIT_REACHED, naming the limit and the current number; FORBIDDEN for a workspace that was closed
 */
export async function requireRoom(
  tx: RawTransaction,
  { workspaceId, limit, limits, count }: Room,
): Promise<void> {
  const { tier } = await lockWorkspace(tx, workspaceId);
  const most = limits.tiers[tier][limit];
  const now = await count();
  // Said so that a limit that is missing from the table lets nobody in.
  if (!(now < most)) throw limitReached({ limit, now, most });
}

export interface OwnersRoom {
  userId: string;
  /** Those that Clerk manages are counted apart. */
  managedBy: "local" | "clerk";
  limits: Limits;
}

/**
 * Makes sure that the user may own one more workspace. His own row is the lock: two that he makes at once are counted
 * one after the other.
 *
 * @throws AppError LIMIT_REACHED; UNAUTHORIZED for a user who was deleted in the meantime
 */
export async function requireRoomForOwner(
  tx: Transaction,
  { userId, managedBy, limits }: OwnersRoom,
): Promise<void> {
  await lockUser(tx, userId);
  const now = await tx.workspaceMember.count({
    where: { userId, role: "owner", workspace: { deletedAt: null, managedBy } },
  });
  const most = limits.workspacesPerUser;
  if (now >= most) throw limitReached({ limit: "workspacesPerUser", now, most });
}

function limitReached({ limit, now, most }: { limit: Counted; now: number; most: number }): AppError {
  const detail = `The limit of ${nameOf(limit)} (${limit}) is reached: there are ${now} of at most ${most}.`;
  return new AppError("LIMIT_REACHED", { detail });
}

type Counted = WorkspaceLimit | "workspacesPerUser";

function nameOf(limit: Counted): string {
  return limit === "workspacesPerUser" ? "workspaces that one user owns" : nameOfLimit(limit);
}
