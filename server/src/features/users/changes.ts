import type {
  BanUser,
  CreateSignInToken,
  DeletedUser,
  DeleteUser,
  SetUserRole,
  SignInToken,
  UnbanUser,
  UpdateUserMetadata,
  User,
  UserMetadata,
  UserReference,
} from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { AuditLine } from "../../access/audit.ts";
import type { AdminContext } from "../../access/contexts.ts";
import { findReferredUser, isClerkId } from "../../access/user-reference.ts";
import { AppError } from "../../base/app-error.ts";
import type { Transaction } from "../../database/open.ts";
import { inTransaction } from "../../database/transaction.ts";
import { readAnsweredUser } from "../../mirror/clerk-answer.ts";
import { readMetadata } from "../../mirror/clerk-user.ts";
import { applyUser, applyUserDeletion } from "../../mirror/users.ts";
import { toUser } from "./operations.ts";

// Each change is made at Clerk and then, from Clerk's own answer and together with its audit line, in the local row:
// it holds here when the call returns. Clerk comes first, because what it refuses must not stand here. Should the
// second step fail after the first, the webhook does it.

/** Shuts a user out at once: his sessions are revoked at Clerk and here, and no credential of his opens anything. */
export async function banUser(ctx: AdminContext, { userId }: BanUser): Promise<User> {
  const answer = await ctx.clerkApi.banUser(await clerkIdOf(ctx, userId));
  return store(ctx, answer, { action: "admin.users.ban" });
}

/** Lets him sign in again. The sessions of before stay revoked. */
export async function unbanUser(ctx: AdminContext, { userId }: UnbanUser): Promise<User> {
  const answer = await ctx.clerkApi.unbanUser(await clerkIdOf(ctx, userId));
  return store(ctx, answer, { action: "admin.users.unban" });
}

/** Deletes a user for good: at Clerk, and here everything personal. His id never comes back to life. */
export async function deleteUser(ctx: AdminContext, { userId }: DeleteUser): Promise<DeletedUser> {
  const clerkId = await clerkIdOf(ctx, userId);
  await ctx.clerkApi.deleteUser(clerkId);
  await inTransaction(ctx.db, async (tx) => {
    await applyUserDeletion(tx, clerkId, ctx.now());
    await record(tx, ctx, clerkId, { action: "admin.users.delete" });
  });
  return { clerkId, deleted: true };
}

/** The role of an admin stands in Clerk's public metadata, which only backends write. */
export async function setUserRole(ctx: AdminContext, { userId, role }: SetUserRole): Promise<User> {
  const publicMetadata = { role: role === "admin" ? "admin" : null };
  const answer = await ctx.clerkApi.mergeMetadata(await clerkIdOf(ctx, userId), { publicMetadata });
  return store(ctx, answer, { action: "admin.users.setRole", after: { role } });
}

export async function updateUserMetadata(
  ctx: AdminContext,
  { userId, ...change }: UpdateUserMetadata,
): Promise<UserMetadata> {
  const answer = await ctx.clerkApi.mergeMetadata(await clerkIdOf(ctx, userId), change);
  // Which kinds, and not what: metadata may hold anything about a person.
  const after = { changed: Object.keys(change) };
  const { clerkId } = await store(ctx, answer, { action: "admin.users.updateMetadata", after });
  return { clerkId, ...readMetadata(answer) };
}

/** A ticket that signs in as the user, for support or for a test. It stands in this answer and nowhere else. */
export async function createSignInToken(
  ctx: AdminContext,
  { userId, expiresInSeconds }: CreateSignInToken,
): Promise<SignInToken> {
  const clerkId = await clerkIdOf(ctx, userId);
  const expiresAt = new Date(ctx.now().getTime() + expiresInSeconds * 1_000).toISOString();
  const { id, token, url } = await ctx.clerkApi.createSignInToken(clerkId, expiresInSeconds);
  const line = { action: "admin.users.createSignInToken", after: { signInTokenId: id, expiresAt } };
  await inTransaction(ctx.db, (tx) => record(tx, ctx, clerkId, line));
  return { id, clerkId, token, url, expiresAt };
}

/** A Clerk id is taken as it is: a user who has never come here can be banned too. Clerk knows whether he exists. */
async function clerkIdOf({ db }: AdminContext, reference: UserReference): Promise<string> {
  return isClerkId(reference) ? reference : (await findReferredUser(db, reference)).clerkId;
}

type Deed = Pick<AuditLine, "action" | "after">;

async function store(ctx: AdminContext, answer: unknown, deed: Deed): Promise<User> {
  const answered = readAnsweredUser(answer, ctx.log);
  return inTransaction(ctx.db, async (tx) => {
    const row = await applyUser(tx, answered);
    if (row === null) throw new AppError("NOT_FOUND");
    await record(tx, ctx, row.clerkId, deed);
    return toUser(row);
  });
}

/** Users who have never come here have no row, so the line names all of them by their Clerk id. */
async function record(tx: Transaction, ctx: AdminContext, clerkId: string, deed: Deed): Promise<void> {
  await recordAudit(tx, ctx, { ...deed, target: { type: "user", id: clerkId }, workspaceId: null });
}
