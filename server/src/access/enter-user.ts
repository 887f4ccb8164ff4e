import type pg from "pg";
import { AppError } from "../base/app-error.ts";
import type { Principal, RejectedPrincipal, UserPrincipal } from "../identity/principal.ts";
import type { CurrentUser, MemberPrincipal } from "./contexts.ts";

export interface UserTools {
  pool: pg.Pool;
  /** Makes the row of a user whose webhook has not arrived; null where he does not exist or was deleted. */
  provision: (clerkId: string) => Promise<void>;
}

/**
 * Lets a live user in.
 *
 * @throws AppError UNAUTHORIZED, TOKEN_EXPIRED, INVALID_API_KEY (what the credential itself is refused with),
 * USER_NOT_SYNCED, USER_BANNED, SESSION_REVOKED, or FORBIDDEN for a valid credential that is not a user's
 */
export async function enterUser(principal: Principal, tools: UserTools): Promise<CurrentUser> {
  return (await findUser(requireUser(principal), tools)) ?? refuseUnknown();
}

/** The user that a principal is, or the refusal that his credential deserves. */
export function requireUser(principal: Principal): UserPrincipal {
  switch (principal.kind) {
    case "user":
      return principal;
    case "anonymous":
      throw new AppError("UNAUTHORIZED");
    case "rejected":
      throw refusalOf(principal);
    case "organization":
    case "apiKey":
    case "machine":
      throw new AppError("FORBIDDEN", { detail: "Only a signed-in user may do this." });
  }
}

/** Whoever may stand in a workspace at all, or the refusal that his credential deserves. */
export function requireMember(principal: Principal): MemberPrincipal {
  const isSomebody = principal.kind !== "anonymous" && principal.kind !== "rejected";
  return isSomebody ? principal : requireUser(principal);
}

export function refusalOf({ code, reason, retryAfterSeconds }: RejectedPrincipal): AppError {
  return new AppError(code, {
    ...(reason === null ? {} : { reason }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function refuseUnknown(): never {
  throw new AppError("UNAUTHORIZED", { reason: "the user does not exist" });
}

async function findUser(
  { clerkId, sessionId }: UserPrincipal,
  tools: UserTools,
): Promise<CurrentUser | null> {
  let row = await readUser(clerkId, sessionId, tools.pool);
  if (row === null) {
    await tools.provision(clerkId);
    row = await readUser(clerkId, sessionId, tools.pool);
  }
  if (row === null || row.deleted_at !== null) return null;
  if (row.banned || row.locked) throw new AppError("USER_BANNED");
  if (!row.session_is_open) throw new AppError("SESSION_REVOKED");
  return {
    id: row.id,
    number: row.number,
    clerkId,
    email: row.email,
    emailVerified: row.email_verified,
    name: row.name,
    imageUrl: row.image_url,
    hasProductAccess: row.has_product_access,
    role: row.role,
    createdAt: row.created_at,
  };
}

interface UserRow {
  id: string;
  number: number;
  email: string | null;
  email_verified: boolean;
  name: string | null;
  image_url: string | null;
  has_product_access: boolean;
  role: "user" | "admin";
  banned: boolean;
  locked: boolean;
  deleted_at: Date | null;
  created_at: Date;
  session_is_open: boolean;
}

/**
 * The user and his session in one named statement by hand: it runs on every request, and costs a quarter of the same
 * question through Prisma.
 *
 * A session that we were not told of is open: the token is younger than its webhook. One that is known must say
 * that it is open. A row of 1970 was made for a membership that came before its user: he is not known yet.
 */
async function readUser(clerkId: string, sessionId: string | null, pool: pg.Pool): Promise<UserRow | null> {
  const { rows } = await pool.query<UserRow>({
    name: "enter_user",
    text: `SELECT u.id, u.number, u.email, u.email_verified, u.name, u.image_url, u.has_product_access, u.role, u.banned,
             u.locked, u.deleted_at, u.created_at, (s.id IS NULL OR s.status IN ('active', 'pending')) AS session_is_open
           FROM users u LEFT JOIN sessions s ON s.id = $2
           WHERE u.clerk_id = $1 AND u.clerk_updated_at > 'epoch'`,
    values: [clerkId, sessionId],
  });
  return rows[0] ?? null;
}
