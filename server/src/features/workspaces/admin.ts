import type { AdminWorkspace, ListAllWorkspaces, Page, SetWorkspaceTier } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { AdminContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { Workspace as WorkspaceRow } from "../../database/generated/client.ts";
import type { Database, Transaction } from "../../database/open.ts";
import { literal, readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";

/** All workspaces, deleted ones too, the newest first. */
export async function listAllWorkspaces(
  { db }: AdminContext,
  { search, ...input }: ListAllWorkspaces,
): Promise<Page<AdminWorkspace>> {
  const matching = search === undefined ? {} : whereMatching(literal(search));
  const page = await readPage(input, ({ older, ...slice }) =>
    db.workspace.findMany({ where: { ...older, ...matching }, ...slice }),
  );
  const members = await countMembers(
    db,
    page.items.map(({ id }) => id),
  );
  return { ...page, items: page.items.map((row) => toAdminWorkspace(row, members)) };
}

/** Prisma's own `_count` in a list counts the members of every workspace there is, to show those of twenty. */
async function countMembers(
  db: Database | Transaction,
  workspaceIds: string[],
): Promise<ReadonlyMap<string, number>> {
  const counted = await db.workspaceMember.groupBy({
    by: ["workspaceId"],
    where: { workspaceId: { in: workspaceIds } },
    _count: true,
  });
  return new Map(counted.map(({ workspaceId, _count: count }) => [workspaceId, count]));
}

function whereMatching(contains: string) {
  const part = { contains, mode: "insensitive" } as const;
  return { OR: [{ name: part }, { slug: part }] };
}

/**
 * Gives a workspace another tier. What it holds beyond the new limits stays; it takes no more.
 *
 * @throws AppError NOT_FOUND
 */
export async function setWorkspaceTier(
  ctx: AdminContext,
  { workspaceId, tier }: SetWorkspaceTier,
): Promise<AdminWorkspace> {
  return inTransaction(ctx.db, async (tx) => {
    const [before] = await tx.$queryRaw<{ tier: string }[]>`
      SELECT tier FROM workspaces WHERE id = ${workspaceId}::uuid FOR NO KEY UPDATE`;
    if (before === undefined) throw new AppError("NOT_FOUND");
    const after = await tx.workspace.update({ where: { id: workspaceId }, data: { tier } });
    await recordAudit(tx, ctx, {
      action: "admin.workspaces.setTier",
      target: { type: "workspace", id: workspaceId },
      workspaceId,
      before: { tier: before.tier },
      after: { tier },
    });
    return toAdminWorkspace(after, await countMembers(tx, [workspaceId]));
  });
}

function toAdminWorkspace(row: WorkspaceRow, members: ReadonlyMap<string, number>): AdminWorkspace {
  const { id, name, slug, managedBy, tier } = row;
  return {
    id,
    name,
    slug,
    managedBy,
    tier,
    members: members.get(id) ?? 0,
    createdAt: row.createdAt.toISOString(),
    deletedAt: row.deletedAt?.toISOString() ?? null,
  };
}
