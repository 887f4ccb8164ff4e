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
import { z } from "zod";
import { recordAudit } from "../../access/audit.ts";
import { organizationOf, requireClerkRole, storeInvitation } from "../../access/clerk-workspace.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import { DAY_MS } from "../../base/instants.ts";
import type { OrganizationInvitation } from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";
import { readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";
import { InvitationJson } from "../../mirror/organization-invitations.ts";
import type { InvitationWish } from "../../providers/clerk-organizations.ts";
import { requireLetter } from "./letters.ts";
import type { LetterCounter } from "./letters.ts";
import { readGrantor, requireGrantable, whoAsks } from "./judge.ts";

// Invitations into workspaces that Clerk manages: who may ask whom in is decided by our rules, how many there may be by
// Clerk's. They are made and ended at Clerk, which sends the letters, and shown here from its own answers.

/** What Clerk takes where nobody says how long an invitation stands. */
const CLERK_INVITATION_DAYS = 30;

/** @throws AppError as `createInvitation`; VALIDATION_FAILED for a role that nothing at Clerk means */
export async function inviteInClerk(
  ctx: WorkspaceContext,
  { email, role }: CreateInvitation,
): Promise<SentInvitation> {
  if (role === "owner")
    throw new AppError("VALIDATION_FAILED", {
      fields: [{ path: "role", message: "Clerk knows no owners: invite an admin and pass the ownership on" }],
    });
  const clerkRole = requireClerkRole(role, ctx.organizations);
  const { organizationId, open } = await inTransaction(ctx.db, async (tx) => {
    await requireGrantable(tx, ctx, role);
    const clerkOrganizationId = await organizationOf(tx, ctx.workspace.id);
    const sameAddress = { clerkOrganizationId, email, status: "pending" } as const;
    return {
      organizationId: clerkOrganizationId,
      open: await tx.organizationInvitation.findMany({ where: sameAddress }),
    };
  });
  // Clerk takes one open invitation for an address, and changes none.
  for (const each of open) await end(ctx, each);
  return send(ctx, { organizationId, emailAddress: email, role: clerkRole }, "invitations.create");
}

/** The pending ones, the newest first; those too that have expired since Clerk last spoke of them. */
export async function listFromClerk(
  ctx: WorkspaceContext,
  input: ListInvitations,
): Promise<Page<Invitation>> {
  const clerkOrganizationId = await organizationOf(ctx.db, ctx.workspace.id);
  const page = await readPage(input, async ({ older, take }) => {
    const rows = await ctx.db.organizationInvitation.findMany({
      where: {
        clerkOrganizationId,
        status: "pending",
        ...(older.id === undefined ? {} : { publicId: older.id }),
      },
      orderBy: { publicId: "desc" },
      take,
    });
    return rows.map((row) => ({ ...row, id: row.publicId }));
  });
  return { ...page, items: page.items.map((row) => toInvitation(ctx, row)) };
}

/**
 * Ends the invitation and makes the same one anew: Clerk has no other way to send it again. It has another id then.
 *
 * @throws AppError as `resendInvitation`
 */
export async function resendInClerk(
  ctx: WorkspaceContext & { services: LetterCounter },
  { invitationId }: ResendInvitation,
): Promise<SentInvitation> {
  const open = await inTransaction(ctx.db, async (tx) => {
    const row = await findPending(tx, ctx, invitationId);
    await requireGrantable(tx, ctx, row.role);
    return row;
  });
  await requireLetter(ctx, open.email);
  const ended = await end(ctx, open);
  const wish = {
    organizationId: open.clerkOrganizationId,
    emailAddress: ended.email_address,
    // Clerk's own word, which may be a role that only Clerk tells apart from others.
    role: ended.role,
    publicMetadata: ended.public_metadata ?? {},
    privateMetadata: ended.private_metadata ?? {},
  };
  return send(ctx, wish, "invitations.resend");
}

/** @throws AppError as `revokeInvitation` */
export async function revokeInClerk(
  ctx: WorkspaceContext,
  { invitationId }: RevokeInvitation,
): Promise<ClosedInvitation> {
  const open = await inTransaction(ctx.db, async (tx) => {
    await readGrantor(tx, ctx);
    return findPending(tx, ctx, invitationId);
  });
  await end(ctx, open);
  return { id: invitationId, outcome: "revoked" };
}

async function findPending(
  tx: Transaction,
  ctx: WorkspaceContext,
  publicId: string,
): Promise<OrganizationInvitation> {
  const clerkOrganizationId = await organizationOf(tx, ctx.workspace.id);
  const row = await tx.organizationInvitation.findFirst({
    where: { publicId, clerkOrganizationId, status: "pending" },
  });
  if (row === null) throw new AppError("NOT_FOUND");
  return row;
}

const Metadata = z.record(z.string(), z.unknown()).nullish();
/** With what goes into the next one, and is not kept here. */
const EndedJson = InvitationJson.extend({ public_metadata: Metadata, private_metadata: Metadata });

/** @throws AppError NOT_FOUND for one that was accepted a moment before */
async function end(
  ctx: WorkspaceContext,
  { id: invitationId, clerkOrganizationId: organizationId }: OrganizationInvitation,
): Promise<z.infer<typeof EndedJson>> {
  const { organizations } = ctx;
  const answer = await organizations.clerk.endInvitation({ organizationId, invitationId });
  const { data: ended } = EndedJson.safeParse(answer);
  if (ended === undefined) throw new AppError("PROVIDER_ERROR");
  await inTransaction(ctx.db, async (tx) => {
    const row = await storeInvitation(tx, ended, organizations);
    if (row.status !== "accepted") await note(tx, ctx, { action: "invitations.revoke", row });
  });
  // What is shown now is right, but it is not what was asked for.
  if (ended.status === "accepted") throw new AppError("NOT_FOUND");
  return ended;
}

async function send(
  ctx: WorkspaceContext,
  wish: Omit<InvitationWish, "inviterUserId">,
  action: string,
): Promise<SentInvitation> {
  const { organizations } = ctx;
  const asks = whoAsks(ctx);
  const inviter = asks === null ? null : await ctx.db.user.findUniqueOrThrow({ where: { id: asks } });
  const by = inviter === null ? {} : { inviterUserId: inviter.clerkId };
  const answer = await organizations.clerk.invite({ ...wish, ...by });
  return inTransaction(ctx.db, async (tx) => {
    const row = await storeInvitation(tx, answer, organizations);
    await note(tx, ctx, { action, row });
    return { ...toInvitation(ctx, row), mailSent: true };
  });
}

/** Without the address: the trail names no person. */
async function note(
  tx: Transaction,
  ctx: WorkspaceContext,
  { action, row }: { action: string; row: OrganizationInvitation },
): Promise<void> {
  await recordAudit(tx, ctx, {
    action,
    target: { type: "invitation", id: row.publicId },
    workspaceId: ctx.workspace.id,
    after: { role: row.role, expiresAt: expiryOf(row).toISOString() },
  });
}

function toInvitation({ workspace }: WorkspaceContext, row: OrganizationInvitation): Invitation {
  const { publicId, email, role, createdAt } = row;
  return {
    id: publicId,
    workspaceId: workspace.id,
    email,
    role,
    // Clerk keeps who asked.
    invitedById: null,
    expiresAt: expiryOf(row).toISOString(),
    createdAt: createdAt.toISOString(),
  };
}

function expiryOf({ expiresAt, createdAt }: OrganizationInvitation): Date {
  return expiresAt ?? new Date(createdAt.getTime() + CLERK_INVITATION_DAYS * DAY_MS);
}
