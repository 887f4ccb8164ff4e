import type { ListMembers, Member, Page, PreviewRemoval, RemovalPreview } from "@gatehouse/shared";
import { countBelongings } from "../../access/belongings.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { WorkspaceMember } from "../../database/generated/client.ts";
import { readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";

/** The users among the members; who signed up last comes first. */
export async function listMembers(
  { db, workspace }: WorkspaceContext,
  input: ListMembers,
): Promise<Page<Member>> {
  const page = await readPage(input, async ({ older, take }) => {
    const rows = await db.workspaceMember.findMany({
      where: { workspaceId: workspace.id, ...(older.id === undefined ? {} : { userId: older.id }) },
      include: WITH_USER,
      orderBy: { userId: "desc" },
      take,
    });
    return rows.map((row) => ({ ...row, id: row.userId }));
  });
  return { ...page, items: page.items.map(toMember) };
}

/**
 * What removing a member would take away.
 *
 * @throws AppError NOT_FOUND for who is no member
 */
export async function previewRemoval(
  { db, workspace }: WorkspaceContext,
  { userId }: PreviewRemoval,
): Promise<RemovalPreview> {
  const workspaceId = workspace.id;
  // One transaction, so that all of it is of one moment.
  return inTransaction(db, async (tx) => {
    const member = await tx.workspaceMember.findUnique({
      where: { workspaceId_userId: { workspaceId, userId } },
    });
    if (member === null) throw new AppError("NOT_FOUND");
    const { role } = member;
    const owners = await tx.workspaceMember.count({ where: { workspaceId, role: "owner" } });
    const belongings = await countBelongings(tx, { workspaceId, userId });
    return { userId, role, isLastOwner: role === "owner" && owners === 1, ...belongings };
  });
}

export const WITH_USER = { user: { select: { name: true, email: true } } } as const;

type MemberRow = WorkspaceMember & { user: { name: string | null; email: string | null } };

export function toMember({ userId, role, joinedAt, user }: MemberRow): Member {
  return { userId, ...user, role, joinedAt: joinedAt.toISOString() };
}
