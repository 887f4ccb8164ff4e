import type { CreateWorkspace, ListWorkspaces, Page, UpdateWorkspace, Workspace } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { UserContext, WorkspaceContext } from "../../access/contexts.ts";
import { requireRoomForOwner } from "../../access/limits.ts";
import { lockWorkspace } from "../../access/lock-workspace.ts";
import { restorableSince } from "../../access/restorable.ts";
import { AppError } from "../../base/app-error.ts";
import { isUniqueViolation } from "../../database/errors.ts";
import { readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";
import { slugOf, withSuffix } from "../../base/slug.ts";
import { createInClerk, updateInClerk } from "./in-clerk.ts";
import { toWorkspace } from "./present.ts";

/**
 * Makes a workspace, or an organization at Clerk with a workspace that mirrors it; the caller is its owner.
 *
 * @throws AppError ACCESS_REQUIRED without product access; SLUG_TAKEN for a slug that the caller chose;
 * LIMIT_REACHED where the caller owns as many as one user may
 */
export async function createWorkspace(ctx: UserContext, input: CreateWorkspace): Promise<Workspace> {
  if (!ctx.user.hasProductAccess) throw new AppError("ACCESS_REQUIRED");
  if (input.kind === "organization") return createInClerk(ctx, input);
  if (input.slug !== undefined) return (await insertWorkspace(ctx, input.name, input.slug)) ?? refuseSlug();
  const slug = slugOf(input.name);
  return (
    (await insertWorkspace(ctx, input.name, slug)) ??
    (await insertWorkspace(ctx, input.name, withSuffix(slug))) ??
    refuseSlug()
  );
}

/** Null where another workspace has the slug. */
async function insertWorkspace(ctx: UserContext, name: string, slug: string): Promise<Workspace | null> {
  const { db, now, user, limits } = ctx;
  const createdAt = now();
  const owner = { create: { userId: user.id, role: "owner", joinedAt: createdAt } } as const;
  try {
    // A transaction for each attempt: a slug that is taken ends the one that met it.
    return await inTransaction(db, async (tx) => {
      await requireRoomForOwner(tx, { userId: user.id, managedBy: "local", limits });
      const row = await tx.workspace.create({ data: { name, slug, createdAt, members: owner } });
      await recordAudit(tx, ctx, {
        action: "workspaces.create",
        target: { type: "workspace", id: row.id },
        workspaceId: row.id,
        after: { name, slug },
      });
      return toWorkspace(row, "owner");
    });
  } catch (error) {
    if (isUniqueViolation(error, "workspaces_slug_key")) return null;
    throw error;
  }
}

function refuseSlug(): never {
  throw new AppError("SLUG_TAKEN");
}

/** The workspaces that the caller is a member of, the newest first. */
export async function listWorkspaces(
  { db, user, principal, now }: UserContext,
  { deleted, ...input }: ListWorkspaces,
): Promise<Page<Workspace>> {
  const deletedAt = deleted ? { gt: restorableSince(now()) } : null;
  // A token that is inside an organization opens no other organization's workspace, so it lists none.
  const { organizationId: clerkOrganizationId } = principal;
  const reach =
    clerkOrganizationId === null ? {} : { OR: [{ managedBy: "local" as const }, { clerkOrganizationId }] };
  const page = await readPage(input, ({ older, ...slice }) =>
    db.workspace.findMany({
      where: { ...older, ...reach, deletedAt, members: { some: { userId: user.id } } },
      include: { members: { where: { userId: user.id }, select: { role: true } } },
      ...slice,
    }),
  );
  return { ...page, items: page.items.map((row) => toWorkspace(row, row.members[0]?.role ?? null)) };
}

/** The workspace that the caller is in. The guard has read it already. */
export function getWorkspace({ workspace, member }: WorkspaceContext): Workspace {
  return toWorkspace(workspace, member?.role ?? null);
}

/**
 * Changes the name or the slug.
 *
 * @throws AppError SLUG_TAKEN
 */
export async function updateWorkspace(ctx: WorkspaceContext, input: UpdateWorkspace): Promise<Workspace> {
  const { db, workspace, member } = ctx;
  if (workspace.managedBy === "clerk") return updateInClerk(ctx, input);
  const { name, slug } = input;
  const fields = { ...(name === undefined ? {} : { name }), ...(slug === undefined ? {} : { slug }) };
  try {
    const row = await inTransaction(db, async (tx) => {
      await lockWorkspace(tx, workspace.id);
      const before = await tx.workspace.findUniqueOrThrow({ where: { id: workspace.id } });
      const after = await tx.workspace.update({ where: { id: workspace.id }, data: fields });
      await recordAudit(tx, ctx, {
        action: "workspaces.update",
        target: { type: "workspace", id: workspace.id },
        workspaceId: workspace.id,
        before: { name: before.name, slug: before.slug },
        after: { name: after.name, slug: after.slug },
      });
      return after;
    });
    return toWorkspace(row, member?.role ?? null);
  } catch (error) {
    if (isUniqueViolation(error, ["slug"])) return refuseSlug();
    throw error;
  }
}
