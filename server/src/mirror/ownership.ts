import type { Transaction } from "../database/open.ts";

/**
 * Before a member goes for good: a local workspace that he is the only owner of passes to its longest-serving admin,
 * else to its longest-serving member. One without any other member is closed.
 */
export async function passOnOwnership(tx: Transaction, userId: string, at: Date): Promise<void> {
  // Those that he does not own too: he may be made their owner before they are locked.
  const memberships = await tx.workspaceMember.findMany({
    where: { userId, workspace: { managedBy: "local" } },
    select: { workspaceId: true },
    orderBy: { workspaceId: "asc" },
  });
  for (const { workspaceId } of memberships) {
    // The workspace's row is the lock of its membership: two owners who go at once are judged one after the other.
    await tx.$executeRaw`SELECT 1 FROM workspaces WHERE id = ${workspaceId}::uuid FOR UPDATE`;
    const others = await tx.workspaceMember.findMany({
      where: { workspaceId, userId: { not: userId } },
      orderBy: { joinedAt: "asc" },
    });
    if (others.some((each) => each.role === "owner")) continue;
    const heir =
      others.find((each) => each.role === "admin") ??
      others.find((each) => each.role === "member") ??
      others[0];
    if (heir === undefined)
      await tx.workspace.updateMany({ where: { id: workspaceId, deletedAt: null }, data: { deletedAt: at } });
    else
      await tx.workspaceMember.update({
        where: { workspaceId_userId: { workspaceId, userId: heir.userId } },
        data: { role: "owner" },
      });
  }
}
