import type { PersonalData } from "@gatehouse/shared";
import type { UserContext } from "../../access/contexts.ts";
import { WITH_SECRETS, toApiKey } from "../api-keys/rows.ts";
import { toAuditEntry } from "../audit/operations.ts";
import { toEntry } from "../credits/present.ts";
import { toInvitation } from "../invitations/operations.ts";
import { toMe } from "./operations.ts";

/** Everything that is held about the caller, in one piece. It holds no secret: those are kept as hashes only. */
export async function exportOwnData(ctx: UserContext): Promise<PersonalData> {
  const { user, now } = ctx;
  return {
    exportedAt: now().toISOString(),
    user: toMe(user),
    ...(await readAccess(ctx)),
    ...(await readInvitations(ctx)),
    ...(await readMoney(ctx)),
    ...(await readDeeds(ctx)),
  };
}

async function readAccess({ db, user, now }: UserContext) {
  const userId = user.id;
  const memberships = await db.workspaceMember.findMany({
    where: { userId },
    include: { workspace: { select: { name: true } } },
  });
  const redemptions = await db.accessRedemption.findMany({ where: { userId } });
  const sessions = await db.session.findMany({ where: { clerkUserId: user.clerkId } });
  const keys = await db.apiKey.findMany({ where: { ownerId: userId }, include: WITH_SECRETS });
  return {
    memberships: memberships.map(({ workspaceId, workspace, role, joinedAt }) => ({
      workspaceId,
      workspaceName: workspace.name,
      role,
      joinedAt: joinedAt.toISOString(),
    })),
    accessCodesRedeemed: redemptions.map(({ accessCodeId, redeemedAt }) => ({
      accessCodeId,
      redeemedAt: redeemedAt.toISOString(),
    })),
    sessions: sessions.map(({ id, status, createdAt }) => ({
      id,
      status,
      createdAt: createdAt.toISOString(),
    })),
    apiKeys: keys.map((key) => toApiKey(key, now())),
  };
}

async function readInvitations({ db, user }: UserContext) {
  const sent = await db.invitation.findMany({ where: { invitedById: user.id } });
  // An address that nobody has verified may be another person's.
  const email = user.emailVerified ? user.email : null;
  const received =
    email === null ? [] : await db.invitation.findMany({ where: { email: email.toLowerCase() } });
  return {
    invitationsSent: sent.map(toInvitation),
    invitationsReceived: received.map(toInvitation),
  };
}

async function readMoney({ db, user }: UserContext) {
  const entries = await db.creditEntry.findMany({ where: { account: { userId: user.id } } });
  const payments = await db.payment.findMany({ where: { userId: user.id } });
  return {
    creditEntries: entries.map(toEntry),
    payments: payments.map(({ id, provider, packId, credits, amount, currency, state, createdAt }) => ({
      id,
      provider,
      packId,
      credits: Number(credits),
      amount: Number(amount),
      currency,
      state,
      createdAt: createdAt.toISOString(),
    })),
  };
}

async function readDeeds({ db, user }: UserContext) {
  const rows = await db.auditEntry.findMany({ where: { actorKind: "user", actorId: user.id } });
  const person = await db.auditPerson.findUnique({ where: { userId: user.id } });
  const names = new Map([[user.id, person?.name ?? null]]);
  return { auditEntries: rows.map((row) => toAuditEntry(row, names)) };
}
