import type {
  ApiKey,
  GetApiKey,
  ListApiKeys,
  NewApiKey,
  Page,
  RevokeApiKey,
  RotateApiKey,
  UpdateApiKey,
} from "@gatehouse/shared";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { Transaction } from "../../database/open.ts";
import { readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";
import { auditKey } from "./audit-key.ts";
import { boundsOf, requireAbove, requireWithin, widens } from "./bounds.ts";
import { roleOfOwner, toApiKey, WITH_SECRETS } from "./rows.ts";
import type { KeyRow } from "./rows.ts";
import { makeSecret } from "./secrets.ts";
import type { KeyMaker } from "./secrets.ts";

/** The newest first, revoked ones too. */
export async function listApiKeys(
  { db, now, workspace }: WorkspaceContext,
  input: ListApiKeys,
): Promise<Page<ApiKey>> {
  const page = await readPage(input, ({ older, ...slice }) =>
    db.apiKey.findMany({
      where: { ...older, workspaceId: workspace.id },
      include: WITH_SECRETS,
      ...slice,
    }),
  );
  return { ...page, items: page.items.map((row) => toApiKey(row, now())) };
}

/** @throws AppError NOT_FOUND, for a key of another workspace as for one that does not exist */
export async function getApiKey(
  { db, now, workspace }: WorkspaceContext,
  { apiKeyId }: GetApiKey,
): Promise<ApiKey> {
  const row = await db.apiKey.findFirst({
    where: { id: apiKeyId, workspaceId: workspace.id },
    include: WITH_SECRETS,
  });
  if (row === null) throw new AppError("NOT_FOUND");
  return toApiKey(row, now());
}

/**
 * Changes what the input names. Taking away is open to whoever manages keys; giving only to who has it himself, and
 * all that the key has already: an expired key of an owner would otherwise come back to life at an admin's word.
 *
 * @throws AppError NOT_FOUND, also for a key that was revoked; SCOPE_NOT_HELD, TIER_REQUIRED
 */
export async function updateApiKey(ctx: WorkspaceContext, input: UpdateApiKey): Promise<ApiKey> {
  const { db, now, workspace } = ctx;
  const { apiKeyId, name, scopes, tier, ipAllow } = input;
  const expiresAt = readExpiry(input.expiresAt);
  const wanted = {
    ...(scopes === undefined ? {} : { scopes }),
    ...(tier === undefined ? {} : { tier }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(ipAllow === undefined ? {} : { ipAllow }),
  };
  return inTransaction(db, async (tx) => {
    const before = await lockKey(tx, ctx, apiKeyId);
    const bounds = boundsOf(ctx);
    const added = scopes?.filter((scope) => !before.scopes.includes(scope)) ?? [];
    requireWithin(bounds, { ...wanted, scopes: added });
    if (widens(wanted, before))
      requireAbove(bounds, { ...before, ownerRole: await roleOfOwner(tx, before) }, workspace.tier);
    const after = await tx.apiKey.update({
      where: { id: apiKeyId },
      data: { ...(name === undefined ? {} : { name }), ...wanted, updatedAt: now() },
      include: WITH_SECRETS,
    });
    await auditKey(tx, ctx, { action: "update", before, after });
    return toApiKey(after, now());
  });
}

/**
 * Gives a key a new secret. The old one works until its grace period ends; one that was older still ends at once.
 *
 * @throws AppError NOT_FOUND; SCOPE_NOT_HELD, TIER_REQUIRED and FORBIDDEN where the key may do more than the caller
 */
export async function rotateApiKey(
  ctx: WorkspaceContext,
  { apiKeyId, graceSeconds }: RotateApiKey,
  maker: KeyMaker,
): Promise<NewApiKey> {
  const { db, now, workspace } = ctx;
  const at = now();
  return inTransaction(db, async (tx) => {
    const before = await lockKey(tx, ctx, apiKeyId);
    requireAbove(boundsOf(ctx), { ...before, ownerRole: await roleOfOwner(tx, before) }, workspace.tier);
    const secret = makeSecret(apiKeyId, before.jwtSigning, maker);
    await tx.apiKeySecret.deleteMany({ where: { apiKeyId, endsAt: { not: null } } });
    await tx.apiKeySecret.updateMany({
      where: { apiKeyId },
      data: { endsAt: new Date(at.getTime() + graceSeconds * 1_000) },
    });
    await tx.apiKeySecret.create({ data: { ...secret.stored, apiKeyId, createdAt: at } });
    const after = await tx.apiKey.update({
      where: { id: apiKeyId },
      data: { updatedAt: at },
      include: WITH_SECRETS,
    });
    await auditKey(tx, ctx, { action: "rotate", before, after });
    return { ...toApiKey(after, at), secret: secret.text };
  });
}

/**
 * Ends a key, its old secret and every token that was signed with either. Ending it twice changes nothing.
 *
 * @throws AppError NOT_FOUND
 */
export async function revokeApiKey(ctx: WorkspaceContext, { apiKeyId }: RevokeApiKey): Promise<ApiKey> {
  const { db, now, workspace } = ctx;
  await inTransaction(db, async (tx) => {
    const [row] = await tx.apiKey.updateManyAndReturn({
      where: { id: apiKeyId, workspaceId: workspace.id, revokedAt: null },
      data: { revokedAt: now(), updatedAt: now() },
    });
    if (row === undefined) return;
    // Nothing can be signed or opened any more with what is no longer there.
    await tx.apiKeySecret.updateMany({ where: { apiKeyId }, data: { sealed: null } });
    await auditKey(tx, ctx, { action: "revoke", after: row });
  });
  return getApiKey(ctx, { apiKeyId });
}

/** The row under a lock: two rotations at once come one after the other. */
async function lockKey(tx: Transaction, { workspace }: WorkspaceContext, apiKeyId: string): Promise<KeyRow> {
  const [locked] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM api_keys
    WHERE id = ${apiKeyId}::uuid AND workspace_id = ${workspace.id}::uuid AND revoked_at IS NULL FOR NO KEY UPDATE`;
  if (locked === undefined) throw new AppError("NOT_FOUND");
  return tx.apiKey.findUniqueOrThrow({ where: { id: locked.id }, include: WITH_SECRETS });
}

function readExpiry(written: string | null | undefined): Date | null | undefined {
  return typeof written === "string" ? new Date(written) : written;
}
