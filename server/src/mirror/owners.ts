import type { Role } from "@gatehouse/shared";
import type { Transaction } from "../database/open.ts";

/** A member of a mirrored workspace, as far as it matters who owns it. */
export interface Standing {
  userId: string;
  clerkUserId: string;
  clerkRole: Role;
  joinedAt: Date;
}

/**
 * Decides who owns a mirrored workspace. Clerk knows no owners, so this follows from what it does know, and from nothing
 * that happened in between: in whatever order events come, it ends the same.
 *
 * It is whoever made the organization, or whom it was passed to, while he is an admin of it; else the longest-serving
 * admin; else the longest-serving member. Roles that the operator maps to `owner` are owners beside.
 *
 * @param appointed the Clerk id of whoever made it or got it
 */
export function decideOwners(members: readonly Standing[], appointed: string | null): ReadonlySet<string> {
  const named = members.filter(
    (each) => each.clerkRole === "owner" || (each.clerkUserId === appointed && each.clerkRole === "admin"),
  );
  if (named.length > 0) return new Set(named.map((each) => each.userId));
  const oldestFirst = members.toSorted(
    (a, b) => a.joinedAt.getTime() - b.joinedAt.getTime() || (a.clerkUserId < b.clerkUserId ? -1 : 1),
  );
  const heir =
    oldestFirst.find((each) => each.clerkRole === "admin") ??
    oldestFirst.find((each) => each.clerkRole === "member") ??
    oldestFirst[0];
  return new Set(heir === undefined ? [] : [heir.userId]);
}

/** Gives every member of a mirrored workspace the role that he has at Clerk, and one at least `owner`. */
export async function settleRoles(tx: Transaction, workspaceId: string): Promise<void> {
  const [workspace] = await tx.$queryRaw<{ clerk_owner_id: string | null }[]>`
    SELECT clerk_owner_id FROM workspaces WHERE id = ${workspaceId}::uuid FOR NO KEY UPDATE`;
  if (workspace === undefined) return;
  const members = await tx.workspaceMember.findMany({
    where: { workspaceId },
    include: { user: { select: { clerkId: true } } },
  });
  const standings = members.map(({ userId, clerkRole, joinedAt, user }) => ({
    userId,
    clerkUserId: user.clerkId,
    clerkRole: clerkRole ?? "member",
    joinedAt,
  }));
  const owners = decideOwners(standings, workspace.clerk_owner_id);
  for (const [index, { userId, clerkRole }] of standings.entries()) {
    const role = owners.has(userId) ? "owner" : clerkRole;
    if (members[index]?.role === role) continue;
    await tx.workspaceMember.update({
      where: { workspaceId_userId: { workspaceId, userId } },
      data: { role },
    });
  }
}
