import type {
  CreateWorkspace,
  DeletedWorkspace,
  LeftWorkspace,
  UpdateWorkspace,
  Workspace,
} from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import {
  endMembership,
  organizationOf,
  readSeat,
  requireClerkRole,
  storeMembership,
  storeOrganization,
} from "../../access/clerk-workspace.ts";
import type { UserContext, WorkspaceContext } from "../../access/contexts.ts";
import { requireRoomForOwner } from "../../access/limits.ts";
import { holdStanding } from "../../access/members.ts";
import { AppError } from "../../base/app-error.ts";
import { inTransaction } from "../../database/transaction.ts";
import { applyOrganizationDeletion, OrganizationJson } from "../../mirror/organizations.ts";
import { settleRoles } from "../../mirror/owners.ts";
import { toWorkspace } from "./present.ts";

// Workspaces that Clerk manages. Each change is made at Clerk and then, from Clerk's own answer and together with its
// audit line, here. Should the second step fail after the first, the webhook does it.

/**
 * Makes an organization at Clerk; the caller is an admin of it there, and the owner of its workspace here.
 *
 * The limit is looked at before Clerk is called, and no lock is held meanwhile: some that are made at once may pass it.
 *
 * @throws AppError LIMIT_REACHED, SLUG_TAKEN
 */
export async function createInClerk(ctx: UserContext, input: CreateWorkspace): Promise<Workspace> {
  const { name, slug } = input;
  const { organizations, user, limits } = ctx;
  await inTransaction(ctx.db, (tx) =>
    requireRoomForOwner(tx, { userId: user.id, managedBy: "clerk", limits }),
  );
  const wish = { name, createdBy: user.clerkId, ...(slug === undefined ? {} : { slug }) };
  const organization = await organizations.clerk.create(wish);
  const { data: made } = OrganizationJson.safeParse(organization);
  if (made === undefined) throw new AppError("PROVIDER_ERROR");
  const memberships = await organizations.directory.membershipsOf(made.id, [user.clerkId]);
  return inTransaction(ctx.db, async (tx) => {
    const workspace = await storeOrganization(tx, organization);
    for (const membership of memberships) await storeMembership(tx, membership, organizations);
    await recordAudit(tx, ctx, {
      action: "workspaces.create",
      target: { type: "workspace", id: workspace.id },
      workspaceId: workspace.id,
      after: { name, slug: workspace.slug, clerkOrganizationId: made.id },
    });
    return toWorkspace(workspace, "owner");
  });
}

/** @throws AppError SLUG_TAKEN; NOT_FOUND for an organization that Clerk does not know any more */
export async function updateInClerk(
  ctx: WorkspaceContext,
  { name, slug }: UpdateWorkspace,
): Promise<Workspace> {
  const { id: workspaceId } = ctx.workspace;
  const organizationId = await organizationOf(ctx.db, ctx.workspace.id);
  const change = { ...(name === undefined ? {} : { name }), ...(slug === undefined ? {} : { slug }) };
  const answer = await ctx.organizations.clerk.update(organizationId, change);
  return inTransaction(ctx.db, async (tx) => {
    const after = await storeOrganization(tx, answer);
    await recordAudit(tx, ctx, {
      action: "workspaces.update",
      target: { type: "workspace", id: workspaceId },
      workspaceId,
      before: { name: ctx.workspace.name, slug: ctx.workspace.slug },
      after: { name: after.name, slug: after.slug },
    });
    return toWorkspace(after, ctx.member?.role ?? null);
  });
}

/** Ends the organization, and with it everybody's membership: who was an owner here cannot bring it back. */
export async function deleteInClerk(ctx: WorkspaceContext): Promise<DeletedWorkspace> {
  const { db, workspace, organizations } = ctx;
  const organizationId = await organizationOf(ctx.db, ctx.workspace.id);
  await organizations.clerk.delete(organizationId);
  await inTransaction(db, async (tx) => {
    const closed = await applyOrganizationDeletion(tx, organizationId, ctx.now());
    // Its event, or somebody else's call, was faster.
    if (closed === null) return;
    await recordAudit(tx, ctx, {
      action: "workspaces.delete",
      target: { type: "workspace", id: workspace.id },
      workspaceId: workspace.id,
      before: { name: workspace.name, slug: workspace.slug },
    });
  });
  return { id: workspace.id, deleted: true, restorableUntil: null };
}

/** @throws AppError LAST_OWNER; NOT_MEMBER for who has been removed in the meantime */
export async function leaveInClerk(ctx: WorkspaceContext, userId: string): Promise<LeftWorkspace> {
  const { db, workspace, organizations } = ctx;
  const seat = await readSeat(db, { workspaceId: workspace.id, userId });
  const { roles, owners } = await inTransaction(db, (tx) => holdStanding(tx, workspace.id, [userId]));
  const role = roles.get(userId);
  if (role === undefined) throw new AppError("NOT_MEMBER");
  if (role === "owner" && owners === 1) throw new AppError("LAST_OWNER");
  await organizations.clerk.removeMember(seat);
  await inTransaction(db, async (tx) => {
    await endMembership(tx, seat, ctx.now());
    await recordAudit(tx, ctx, {
      action: "workspaces.leave",
      target: { type: "member", id: userId },
      workspaceId: workspace.id,
      before: { role },
    });
  });
  return { id: workspace.id, left: true };
}

/**
 * Clerk knows no owners: the heir becomes an admin there, and who is meant is noted here.
 *
 * @throws AppError NOT_MEMBER; FORBIDDEN for a caller who is no owner any more
 */
export async function transferInClerk(
  ctx: WorkspaceContext,
  { callerId, userId }: { callerId: string; userId: string },
): Promise<Workspace> {
  const { db, workspace, organizations } = ctx;
  const { roles } = await inTransaction(db, (tx) => holdStanding(tx, workspace.id, [callerId, userId]));
  if (roles.get(callerId) !== "owner") throw new AppError("FORBIDDEN");
  const heir = roles.get(userId);
  if (heir === undefined) throw new AppError("NOT_MEMBER");
  if (userId === callerId) return toWorkspace(workspace, "owner");
  const seat = await readSeat(db, { workspaceId: workspace.id, userId });
  const role = requireClerkRole("owner", organizations);
  const answer = await organizations.clerk.setRole({ ...seat, role });
  return inTransaction(db, async (tx) => {
    await storeMembership(tx, answer, organizations);
    // In one statement with what was decided on: of two who pass it on at once, the second finds himself no owner.
    const { count } = await tx.workspace.updateMany({
      where: { id: workspace.id, members: { some: { userId: callerId, role: "owner" } } },
      data: { clerkOwnerId: seat.userId },
    });
    if (count === 0) throw new AppError("FORBIDDEN");
    await settleRoles(tx, workspace.id);
    await recordAudit(tx, ctx, {
      action: "workspaces.transferOwnership",
      target: { type: "member", id: userId },
      workspaceId: workspace.id,
      before: { role: heir },
      after: { role: "owner" },
    });
    return toWorkspace(workspace, "admin");
  });
}
