import type { ListSessions, Page, RevokedSessions, RevokeSessions, Session } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { UserContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import { inTransaction } from "../../database/transaction.ts";
import { applySession, knownSession } from "../../mirror/sessions.ts";
import type { ClerkSession } from "../../providers/clerk.ts";

/** The most that Clerk gives in one answer. */
const MOST_AT_ONCE = 500;

/** The caller's sessions as Clerk knows them, the newest first. */
export async function listSessions(ctx: UserContext, input: ListSessions): Promise<Page<Session>> {
  const { clerkApi, user, principal } = ctx;
  const { cursor, limit, ...filter } = input;
  const offset = cursor === undefined ? 0 : offsetOf(cursor);
  const { sessions, total } = await clerkApi.listSessions(user.clerkId, { ...filter, limit, offset });
  const next = offset + sessions.length;
  return {
    items: sessions.map((each) => toSession(each, principal.sessionId)),
    nextCursor: sessions.length > 0 && next < total ? String(next) : null,
  };
}

/**
 * Closes one session of the caller's own, or all but the one that this call was made with. They are refused here at
 * once, although their tokens live on for a minute.
 *
 * Each is closed here as soon as Clerk has closed it: a failure half way leaves both sides equal, and a second call
 * does the rest.
 *
 * @throws AppError NOT_FOUND, for another user's session as for one that does not exist
 */
export async function revokeSessions(ctx: UserContext, input: RevokeSessions): Promise<RevokedSessions> {
  const wanted =
    input.sessionId === undefined ? await otherSessions(ctx) : await ownSession(ctx, input.sessionId);
  for (const { id } of wanted) {
    const revoked = knownSession(await ctx.clerkApi.revokeSession(id));
    await inTransaction(ctx.db, async (tx) => {
      await applySession(tx, revoked);
      const target = { type: "session", id } as const;
      await recordAudit(tx, ctx, { action: "me.sessions.revoke", target, workspaceId: null });
    });
  }
  return { sessionIds: wanted.map(({ id }) => id) };
}

async function ownSession(
  { clerkApi, db, user }: UserContext,
  sessionId: string,
): Promise<readonly ClerkSession[]> {
  const session = await clerkApi.getSession(sessionId);
  if (session.clerkId !== user.clerkId) throw new AppError("NOT_FOUND");
  if (isOpen(session)) return [session];
  // Closed at Clerk already, of which the webhook may not have told us yet.
  await applySession(db, knownSession(session));
  return [];
}

async function otherSessions({ clerkApi, user, principal }: UserContext): Promise<readonly ClerkSession[]> {
  const everyOne = { limit: MOST_AT_ONCE, offset: 0 };
  const [active, pending] = await Promise.all([
    clerkApi.listSessions(user.clerkId, { ...everyOne, status: "active" }),
    clerkApi.listSessions(user.clerkId, { ...everyOne, status: "pending" }),
  ]);
  return [...active.sessions, ...pending.sessions].filter(({ id }) => id !== principal.sessionId);
}

function isOpen({ status }: ClerkSession): boolean {
  return status === "active" || status === "pending";
}

/** Clerk pages by counting, so the cursor of this list is a number. */
function offsetOf(cursor: string): number {
  if (/^[1-9]\d{0,5}$/.test(cursor)) return Number(cursor);
  throw new AppError("VALIDATION_FAILED", {
    fields: [{ path: "cursor", message: "Not a cursor of this list" }],
  });
}

function toSession(session: ClerkSession, currentId: string | null): Session {
  const { id, status, browser, device, city, country, lastActiveAt, expireAt, createdAt } = session;
  return {
    id,
    status,
    isCurrent: id === currentId,
    browser,
    device,
    city,
    country,
    lastActiveAt: new Date(lastActiveAt).toISOString(),
    expiresAt: new Date(expireAt).toISOString(),
    createdAt: new Date(createdAt).toISOString(),
  };
}
