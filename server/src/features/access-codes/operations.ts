import type {
  AccessCode,
  CreateAccessCode,
  ListAccessCodes,
  Me,
  NewAccessCode,
  Page,
  RedeemAccessCode,
  RevokeAccessCode,
} from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { AdminContext, UserContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { AccessCode as AccessCodeRow } from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";
import { readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";
import { toMe } from "../me/operations.ts";
import { hashOfCode, makeCode, startOf } from "./code-text.ts";

/**
 * Gives the caller product access for an access code. One who has it already keeps his code.
 *
 * @throws AppError CODE_INVALID, the same whether the code is unknown, used up, expired or revoked
 */
export async function redeemAccessCode(ctx: UserContext, { code }: RedeemAccessCode): Promise<Me> {
  const { db, now, user } = ctx;
  await inTransaction(db, async (tx) => {
    // The user's own row is locked first: two redemptions by one user use up one code.
    const [row] = await tx.$queryRaw<{ has_product_access: boolean }[]>`
      SELECT has_product_access FROM users WHERE id = ${user.id}::uuid AND deleted_at IS NULL FOR UPDATE`;
    if (row === undefined) throw new AppError("UNAUTHORIZED");
    if (row.has_product_access) return;
    const accessCodeId = await useUpOnce(tx, hashOfCode(code), now());
    await tx.accessRedemption.create({ data: { accessCodeId, userId: user.id, redeemedAt: now() } });
    await tx.user.update({ where: { id: user.id }, data: { hasProductAccess: true } });
    await recordAudit(tx, ctx, {
      action: "accessCodes.redeem",
      target: { type: "accessCode", id: accessCodeId },
      workspaceId: null,
    });
  });
  return toMe({ ...user, hasProductAccess: true });
}

/** Whether there is a redemption left is asked and taken in one statement: two statements let 20 of 50 callers win. */
async function useUpOnce(tx: Transaction, codeHash: Uint8Array<ArrayBuffer>, at: Date): Promise<string> {
  const [used] = await tx.$queryRaw<{ id: string }[]>`
    UPDATE access_codes SET redemptions = redemptions + 1
    WHERE code_hash = ${codeHash} AND redemptions < max_redemptions
      AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${at})
    RETURNING id`;
  if (used === undefined) throw new AppError("CODE_INVALID");
  return used.id;
}

/** Makes an access code. The plain code stands in this answer and nowhere else. */
export async function createAccessCode(ctx: AdminContext, input: CreateAccessCode): Promise<NewAccessCode> {
  const { label = null, maxRedemptions, expiresAt = null } = input;
  const code = makeCode();
  const row = await inTransaction(ctx.db, async (tx) => {
    const made = await tx.accessCode.create({
      data: {
        codeHash: hashOfCode(code),
        start: startOf(code),
        label,
        maxRedemptions,
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
        createdAt: ctx.now(),
      },
    });
    await recordAudit(tx, ctx, {
      action: "admin.accessCodes.create",
      target: { type: "accessCode", id: made.id },
      workspaceId: null,
      after: { label, maxRedemptions, expiresAt },
    });
    return made;
  });
  return { ...toAccessCode(row), code };
}

/** The newest first. */
export async function listAccessCodes(
  { db }: AdminContext,
  input: ListAccessCodes,
): Promise<Page<AccessCode>> {
  const page = await readPage(input, ({ older, ...slice }) =>
    db.accessCode.findMany({ where: older, ...slice }),
  );
  return { ...page, items: page.items.map(toAccessCode) };
}

/** Ends an access code. Who has redeemed it keeps his access; ending it twice changes nothing. */
export async function revokeAccessCode(
  ctx: AdminContext,
  { accessCodeId }: RevokeAccessCode,
): Promise<AccessCode> {
  const row = await inTransaction(ctx.db, async (tx) => {
    const { count } = await tx.accessCode.updateMany({
      where: { id: accessCodeId, revokedAt: null },
      data: { revokedAt: ctx.now() },
    });
    if (count > 0)
      await recordAudit(tx, ctx, {
        action: "admin.accessCodes.revoke",
        target: { type: "accessCode", id: accessCodeId },
        workspaceId: null,
      });
    return tx.accessCode.findUnique({ where: { id: accessCodeId } });
  });
  if (row === null) throw new AppError("NOT_FOUND");
  return toAccessCode(row);
}

function toAccessCode(row: AccessCodeRow): AccessCode {
  const { id, start, label, maxRedemptions, redemptions } = row;
  return {
    id,
    start,
    label,
    maxRedemptions,
    redemptions,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
