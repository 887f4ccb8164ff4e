import type {
  AcceptInvitation,
  ClosedInvitation,
  DeclineInvitation,
  ListMyInvitations,
  MyInvitation,
  Page,
  Workspace,
} from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { CurrentUser, UserContext } from "../../access/contexts.ts";
import { requireRoom } from "../../access/limits.ts";
import { lockUser } from "../../access/lock-user.ts";
import { lockWorkspace } from "../../access/lock-workspace.ts";
import { membersOf } from "../../access/members.ts";
import { AppError } from "../../base/app-error.ts";
import type { Prisma } from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";
import { readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";
import { toWorkspace } from "../workspaces/present.ts";

const WITH_WORKSPACE = { workspace: true } as const;
type MyInvitationRow = Prisma.InvitationGetPayload<{ include: typeof WITH_WORKSPACE }>;

/** What the caller can accept now, the newest first. Without a verified address that is nothing. */
export async function listMyInvitations(
  { db, user, now }: UserContext,
  input: ListMyInvitations,
): Promise<Page<MyInvitation>> {
  const email = verifiedEmailOf(user);
  if (email === null) return { items: [], nextCursor: null };
  const page = await readPage(input, ({ older, ...slice }) =>
    db.invitation.findMany({
      where: { ...older, email, closedAt: null, expiresAt: { gt: now() }, workspace: { deletedAt: null } },
      include: WITH_WORKSPACE,
      ...slice,
    }),
  );
  const inviterIds = page.items.flatMap(({ invitedById }) => invitedById ?? []);
  const inviters = await db.user.findMany({
    where: { id: { in: inviterIds } },
    select: { id: true, name: true },
  });
  const names = new Map(inviters.map(({ id, name }) => [id, name]));
  return { ...page, items: page.items.map((row) => toMyInvitation(row, names)) };
}

/**
 * Makes the caller a member.
 *
 * @throws AppError EMAIL_MISMATCH, INVITATION_EXPIRED, ALREADY_MEMBER, LIMIT_REACHED; NOT_FOUND for an invitation that is
 * no longer open, like for one that never was
 */
export async function acceptInvitation(
  ctx: UserContext,
  { invitationId }: AcceptInvitation,
): Promise<Workspace> {
  const { db, user, now, limits } = ctx;
  return inTransaction(db, async (tx) => {
    const { workspace, ...invitation } = await holdMine(tx, user, invitationId);
    if (invitation.expiresAt <= now()) throw new AppError("INVITATION_EXPIRED");
    const { workspaceId, role } = invitation;
    const known = await tx.workspaceMember.count({ where: { workspaceId, userId: user.id } });
    if (known > 0) throw new AppError("ALREADY_MEMBER");
    const count = () => tx.workspaceMember.count({ where: { workspaceId } });
    await requireRoom(tx, { workspaceId, limits, limit: "members", count });

    await membersOf(workspace).add(tx, { userId: user.id, role, joinedAt: now() });
    await tx.invitation.update({
      where: { id: invitationId },
      data: { closedAt: now(), outcome: "accepted" },
    });
    await recordAudit(tx, ctx, {
      action: "invitations.accept",
      target: { type: "member", id: user.id },
      workspaceId,
      after: { role, invitationId },
    });
    return toWorkspace(workspace, role);
  });
}

/** @throws AppError EMAIL_MISMATCH, NOT_FOUND */
export async function declineInvitation(
  ctx: UserContext,
  { invitationId }: DeclineInvitation,
): Promise<ClosedInvitation> {
  const { db, user, now } = ctx;
  return inTransaction(db, async (tx) => {
    const { workspaceId } = await holdMine(tx, user, invitationId);
    await tx.invitation.update({
      where: { id: invitationId },
      data: { closedAt: now(), outcome: "declined" },
    });
    await recordAudit(tx, ctx, {
      action: "invitations.decline",
      target: { type: "invitation", id: invitationId },
      workspaceId,
    });
    return { id: invitationId, outcome: "declined" };
  });
}

/** An open invitation to the caller's own address, under the lock of its workspace: whoever revokes it now waits. */
async function holdMine(tx: Transaction, user: CurrentUser, id: string): Promise<MyInvitationRow> {
  const place = await tx.invitation.findFirst({
    where: { id, closedAt: null, workspace: { deletedAt: null } },
  });
  if (place === null) throw await refusalOfClerks(tx, user, id);
  // Before anything else is told about it: the invitation is a matter of that address alone.
  if (place.email !== verifiedEmailOf(user)) throw new AppError("EMAIL_MISMATCH");
  await lockUser(tx, user.id);
  await lockWorkspace(tx, place.workspaceId);
  const open = await tx.invitation.findFirst({ where: { id, closedAt: null }, include: WITH_WORKSPACE });
  if (open === null) throw new AppError("NOT_FOUND");
  return open;
}

/**
 * Who joins an organization signs in with Clerk's ticket, which we never see: an invitation of Clerk's can be answered
 * there only. Whoever has verified the address is told so; to everybody else it is as if there were none.
 */
async function refusalOfClerks(tx: Transaction, user: CurrentUser, publicId: string): Promise<AppError> {
  const email = verifiedEmailOf(user);
  const theirs = await tx.organizationInvitation.findFirst({ where: { publicId, status: "pending" } });
  if (theirs === null || theirs.email !== email) return new AppError("NOT_FOUND");
  return new AppError("FORBIDDEN", {
    detail: "This invitation is one of Clerk's. Follow the link in its letter to answer it.",
  });
}

/** The address that Clerk has verified as the caller's primary one; null where there is none. */
function verifiedEmailOf({ email, emailVerified }: CurrentUser): string | null {
  return emailVerified ? (email?.toLowerCase() ?? null) : null;
}

function toMyInvitation(row: MyInvitationRow, names: ReadonlyMap<string, string | null>): MyInvitation {
  const { id, workspaceId, workspace, role, invitedById } = row;
  return {
    id,
    workspaceId,
    workspaceName: workspace.name,
    role,
    invitedBy: invitedById === null ? null : (names.get(invitedById) ?? null),
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}
