import type { AdminWorkspace, ListAllWorkspaces, Page, SetWorkspaceTier } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { AdminContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { Workspace as WorkspaceRow } from "../../database/generated/client.ts";
import { literal, readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";

const WITH_COUNT = { _count: { select: { members: true } } } as const;

/** All workspaces, deleted ones too, the newest first. */
export async function listAllWorkspaces(
  { db }: AdminContext,
  { search, ...input }: ListAllWorkspaces,
): Promise<Page<AdminWorkspace>> {
  const matching = search === undefined ? {} : whereMatching(literal(search));
  const page = await readPage(input, ({ older, ...slice }) =>
    db.workspace.findMany({ where: { ...older, ...matching }, include: WITH_COUNT, ...slice }),
  );
  return { ...page, items: page.items.map(toAdminWorkspace) };
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
    const after = await tx.workspace.update({
      where: { id: workspaceId },
      data: { tier },
      include: WITH_COUNT,
    });
    await recordAudit(tx, ctx, {
      action: "admin.workspaces.setTier",
      target: { type: "workspace", id: workspaceId },
      workspaceId,
      before: { tier: before.tier },
      after: { tier },
    });
    return toAdminWorkspace(after);
  });
}

function toAdminWorkspace(row: WorkspaceRow & { _count: { members: number } }): AdminWorkspace {
  const { id, name, slug, managedBy, tier, _count: count } = row;
  return {
    id,
    name,
    slug,
    managedBy,
    tier,
    members: count.members,
    createdAt: row.createdAt.toISOString(),
    deletedAt: row.deletedAt?.toISOString() ?? null,
  };
}
