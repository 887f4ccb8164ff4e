import type { DeletedWorkspace, Workspace } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { requireRoomForOwner } from "../../access/limits.ts";
import { restorableUntil } from "../../access/restorable.ts";
import { AppError } from "../../base/app-error.ts";
import { inTransaction } from "../../database/transaction.ts";
import { deleteInClerk } from "./in-clerk.ts";
import { toWorkspace } from "./present.ts";

/** Closes a workspace: nobody can enter it, and its owners can restore it until it is purged. */
export async function deleteWorkspace(ctx: WorkspaceContext): Promise<DeletedWorkspace> {
  const { db, workspace } = ctx;
  if (workspace.managedBy === "clerk") return deleteInClerk(ctx);
  const at = ctx.now();
  await inTransaction(db, async (tx) => {
    const { count } = await tx.workspace.updateMany({
      where: { id: workspace.id, deletedAt: null },
      data: { deletedAt: at },
    });
    // Two who delete it at once: the first one's time counts, and his line.
    if (count === 0) return;
    await recordAudit(tx, ctx, {
      action: "workspaces.delete",
      target: { type: "workspace", id: workspace.id },
      workspaceId: workspace.id,
      before: { name: workspace.name, slug: workspace.slug },
    });
  });
  return { id: workspace.id, deleted: true, restorableUntil: restorableUntil(at).toISOString() };
}

/**
 * Opens a deleted workspace again, with all that it held. One that is open stays as it is.
 *
 * @throws AppError LIMIT_REACHED where the caller has made others in its place
 */
export async function restoreWorkspace(ctx: WorkspaceContext): Promise<Workspace> {
  const { db, workspace, member, limits } = ctx;
  if (workspace.managedBy === "clerk")
    throw new AppError("FORBIDDEN", {
      detail: "This workspace follows an organization at Clerk, and ends with it for good.",
    });
  await inTransaction(db, async (tx) => {
    const closed = await tx.workspace.count({ where: { id: workspace.id, deletedAt: { not: null } } });
    if (closed > 0 && member !== null)
      await requireRoomForOwner(tx, { userId: member.userId, managedBy: "local", limits });
    const { count } = await tx.workspace.updateMany({
      where: { id: workspace.id, deletedAt: { not: null } },
      data: { deletedAt: null },
    });
    if (count === 0) return;
    await recordAudit(tx, ctx, {
      action: "workspaces.restore",
      target: { type: "workspace", id: workspace.id },
      workspaceId: workspace.id,
    });
  });
  return toWorkspace(workspace, member?.role ?? null);
}
