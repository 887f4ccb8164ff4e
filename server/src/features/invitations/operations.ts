import { INVITATION_DAYS, isAbove } from "@gatehouse/shared";
import type {
  ClosedInvitation,
  CreateInvitation,
  Invitation,
  ListInvitations,
  Page,
  ResendInvitation,
  RevokeInvitation,
  SentInvitation,
} from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { requireRoom } from "../../access/limits.ts";
import { AppError } from "../../base/app-error.ts";
import { DAY_MS } from "../../base/instants.ts";
import type { Invitation as InvitationRow } from "../../database/generated/client.ts";
import type { Database, Transaction } from "../../database/open.ts";
import { readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";
import { requireLetter } from "./letters.ts";
import type { LetterCounter } from "./letters.ts";
import { inviteInClerk, listFromClerk, resendInClerk, revokeInClerk } from "./in-clerk.ts";
import { readGrantor, requireGrantable, whoAsks } from "./judge.ts";
import { sendLetter } from "./mail.ts";
import type { MailServices } from "./mail.ts";

/** What inviting needs beside the workspace: a way to send mail, and to count what is sent. */
export type InvitingContext = WorkspaceContext & { services: MailServices & LetterCounter };

/**
 * Asks somebody into the workspace; into one that Clerk manages, by Clerk. An address has one open invitation: asking again replaces the role and the expiry
 * of the one there is, and sends it again.
 *
 * @throws AppError ALREADY_MEMBER, ROLE_ESCALATION, LIMIT_REACHED, RATE_LIMITED
 */
export async function createInvitation(
  ctx: InvitingContext,
  input: CreateInvitation,
): Promise<SentInvitation> {
  await requireLetter(ctx, input.email);
  if (ctx.workspace.managedBy === "clerk") return inviteInClerk(ctx, input);
  const { email, role } = input;
  const workspaceId = ctx.workspace.id;
  const expiresAt = expiryFrom(ctx.now());
  const row = await inTransaction(ctx.db, async (tx) => {
    await requireGrantable(tx, ctx, role);
    await refuseMembers(tx, workspaceId, email);
    const open = await tx.invitation.findFirst({ where: { workspaceId, email, closedAt: null } });
    if (open === null) await requireRoomForOne(tx, ctx);
    const invitedById = whoAsks(ctx);
    const asked =
      open === null
        ? await tx.invitation.create({
            data: { workspaceId, email, role, invitedById, expiresAt, createdAt: ctx.now() },
          })
        : await tx.invitation.update({ where: { id: open.id }, data: { role, invitedById, expiresAt } });
    await note(tx, ctx, { action: "invitations.create", invitation: asked });
    return asked;
  });
  return sent(ctx, row);
}

/** The open ones, expired ones too, the newest first. */
export async function listInvitations(
  ctx: WorkspaceContext,
  input: ListInvitations,
): Promise<Page<Invitation>> {
  const { db, workspace } = ctx;
  if (workspace.managedBy === "clerk") return listFromClerk(ctx, input);
  const page = await readPage(input, ({ older, ...slice }) =>
    db.invitation.findMany({ where: { ...older, workspaceId: workspace.id, closedAt: null }, ...slice }),
  );
  return { ...page, items: page.items.map(toInvitation) };
}

/**
 * Sends an open invitation again, with a fresh expiry.
 *
 * @throws AppError NOT_FOUND, ROLE_ESCALATION, RATE_LIMITED
 */
export async function resendInvitation(
  ctx: InvitingContext,
  input: ResendInvitation,
): Promise<SentInvitation> {
  if (ctx.workspace.managedBy === "clerk") return resendInClerk(ctx, input);
  const { email } = await findOpen(ctx.db, ctx, input.invitationId);
  await requireLetter(ctx, email);
  const row = await inTransaction(ctx.db, async (tx) => {
    const grantor = await readGrantor(tx, ctx);
    const open = await findOpen(tx, ctx, input.invitationId);
    if (isAbove(open.role, grantor)) throw new AppError("ROLE_ESCALATION");
    const renewed = await tx.invitation.update({
      where: { id: open.id },
      data: { expiresAt: expiryFrom(ctx.now()) },
    });
    await note(tx, ctx, { action: "invitations.resend", invitation: renewed });
    return renewed;
  });
  return sent(ctx, row);
}

/** @throws AppError NOT_FOUND, also for one that was accepted a moment before */
export async function revokeInvitation(
  ctx: WorkspaceContext,
  input: RevokeInvitation,
): Promise<ClosedInvitation> {
  if (ctx.workspace.managedBy === "clerk") return revokeInClerk(ctx, input);
  return inTransaction(ctx.db, async (tx) => {
    await readGrantor(tx, ctx);
    const open = await findOpen(tx, ctx, input.invitationId);
    await tx.invitation.update({
      where: { id: open.id },
      data: { closedAt: ctx.now(), outcome: "revoked" },
    });
    await note(tx, ctx, { action: "invitations.revoke", invitation: open });
    return { id: open.id, outcome: "revoked" };
  });
}

/** An address that nobody has verified belongs to nobody, so it makes nobody a member. */
async function refuseMembers(tx: Transaction, workspaceId: string, email: string): Promise<void> {
  const member = await tx.workspaceMember.findFirst({
    where: { workspaceId, user: { email: { equals: email, mode: "insensitive" }, emailVerified: true } },
  });
  if (member !== null) throw new AppError("ALREADY_MEMBER");
}

async function requireRoomForOne(tx: Transaction, ctx: WorkspaceContext): Promise<void> {
  const workspaceId = ctx.workspace.id;
  const count = () =>
    tx.invitation.count({ where: { workspaceId, closedAt: null, expiresAt: { gt: ctx.now() } } });
  await requireRoom(tx, { workspaceId, limits: ctx.limits, limit: "pendingInvitations", count });
}

async function findOpen(
  tx: Database | Transaction,
  { workspace }: WorkspaceContext,
  invitationId: string,
): Promise<InvitationRow> {
  const row = await tx.invitation.findFirst({
    where: { id: invitationId, workspaceId: workspace.id, closedAt: null },
  });
  if (row === null) throw new AppError("NOT_FOUND");
  return row;
}

/** Without the address: the trail names no person. */
async function note(
  tx: Transaction,
  ctx: WorkspaceContext,
  { action, invitation }: { action: string; invitation: InvitationRow },
): Promise<void> {
  await recordAudit(tx, ctx, {
    action,
    target: { type: "invitation", id: invitation.id },
    workspaceId: ctx.workspace.id,
    after: { role: invitation.role, expiresAt: invitation.expiresAt.toISOString() },
  });
}

async function sent(ctx: InvitingContext, row: InvitationRow): Promise<SentInvitation> {
  const mailSent = await sendLetter(ctx.services, {
    invitationId: row.id,
    email: row.email,
    workspaceName: ctx.workspace.name,
    role: row.role,
    inviterName: ctx.actor.person?.name ?? null,
    expiresAt: row.expiresAt,
  });
  return { ...toInvitation(row), mailSent };
}

function expiryFrom(now: Date): Date {
  return new Date(now.getTime() + INVITATION_DAYS * DAY_MS);
}

export function toInvitation(row: InvitationRow): Invitation {
  const { id, workspaceId, email, role, invitedById } = row;
  return {
    id,
    workspaceId,
    email,
    role,
    invitedById,
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}
