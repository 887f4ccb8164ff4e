import { z } from "zod";
import { instantOf } from "../base/instants.ts";
import type { Database, Transaction } from "../database/open.ts";

/** What we keep of a session at Clerk. */
export interface KnownSession {
  id: string;
  clerkUserId: string;
  status: SessionStatus;
  clerkUpdatedAt: Date;
}

const STATUSES = [
  "active",
  "pending",
  "ended",
  "removed",
  "revoked",
  "expired",
  "abandoned",
  "replaced",
] as const;
type SessionStatus = (typeof STATUSES)[number];

/** A session as Clerk writes it in webhooks. Only what is read is described. */
const ClerkSessionJson = z.object({
  id: z.string().min(1),
  user_id: z.string().min(1),
  status: z.string(),
  updated_at: z.number(),
});

/** Reads a session out of Clerk's JSON; null where the shape is not one of a session. */
export function readClerkSession(json: unknown): KnownSession | null {
  const { data } = ClerkSessionJson.safeParse(json);
  if (data === undefined) return null;
  return knownSession({
    id: data.id,
    clerkId: data.user_id,
    status: data.status,
    updatedAt: data.updated_at,
  });
}

export function knownSession(session: {
  id: string;
  clerkId: string;
  status: string;
  updatedAt: number;
}): KnownSession {
  return {
    id: session.id,
    clerkUserId: session.clerkId,
    // A word that is not known here does not say that the session is live.
    status: STATUSES.find((each) => each === session.status) ?? "ended",
    clerkUpdatedAt: instantOf(session.updatedAt),
  };
}

/**
 * Notes what Clerk says of a session, in one statement that decides by itself: a closed session stays closed
 * whatever comes after it, closing needs no newer stamp, and between two open states the newer one stands.
 */
export async function applySession(tx: Transaction | Database, session: KnownSession): Promise<void> {
  const { id, clerkUserId, status, clerkUpdatedAt } = session;
  const isOpen = status === "active" || status === "pending";
  await tx.$executeRaw`
    INSERT INTO sessions (id, clerk_user_id, status, clerk_updated_at, closed_at)
    VALUES (${id}, ${clerkUserId}, ${status}::session_status, ${clerkUpdatedAt}, CASE WHEN NOT ${isOpen} THEN now() END)
    ON CONFLICT (id) DO UPDATE
      SET status = EXCLUDED.status, closed_at = EXCLUDED.closed_at,
          clerk_updated_at = GREATEST(sessions.clerk_updated_at, EXCLUDED.clerk_updated_at)
      WHERE sessions.status IN ('active', 'pending')
        AND (EXCLUDED.status NOT IN ('active', 'pending') OR EXCLUDED.clerk_updated_at >= sessions.clerk_updated_at)`;
}

/**
 * Closes every session of a user that is known here: he was banned or deleted, which revokes them at Clerk too.
 * Once the ban is lifted, the tokens of before must not work again.
 */
export async function closeSessionsOf(tx: Transaction, clerkUserId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE sessions SET status = 'revoked', closed_at = now()
    WHERE clerk_user_id = ${clerkUserId} AND status IN ('active', 'pending')`;
}
