import type { CreateApiKey, NewApiKey } from "@gatehouse/shared";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { requireFeature } from "../../access/features.ts";
import { requireRoom } from "../../access/limits.ts";
import { AppError } from "../../base/app-error.ts";
import { inTransaction } from "../../database/transaction.ts";
import { auditKey } from "./audit-key.ts";
import { boundsOf, requireWithin } from "./bounds.ts";
import type { Bounds } from "./bounds.ts";
import { countLiveKeys, toApiKey } from "./rows.ts";
import { makeSecret } from "./secrets.ts";
import type { KeyMaker } from "./secrets.ts";

/** What making a key needs of its surroundings. */
export type KeyContext = Pick<WorkspaceContext, "db" | "now" | "requestId" | "limits" | "actor"> & {
  workspace: Pick<WorkspaceContext["workspace"], "id">;
};

/**
 * Makes a key of the workspace. The caller, or the member whose key he holds, answers for it.
 *
 * @throws AppError SCOPE_NOT_HELD and TIER_REQUIRED for more than the caller has; LIMIT_REACHED for one key too many
 */
export async function createApiKey(
  ctx: WorkspaceContext,
  input: CreateApiKey,
  maker: KeyMaker,
): Promise<NewApiKey> {
  if (input.jwtSigning) requireFeature(ctx, "keyTokens", ctx.limits);
  return createKeyWithin(boundsOf(ctx), { ctx, input, maker });
}

/** The same for whoever is no caller: a command of the operator, who says himself what the bounds are. */
export async function createKeyWithin(
  bounds: Bounds,
  { ctx, input, maker }: { ctx: KeyContext; input: CreateApiKey; maker: KeyMaker },
): Promise<NewApiKey> {
  const { db, now, workspace, limits } = ctx;
  const { name, scopes, tier, jwtSigning, ipAllow = [...bounds.ipAllow] } = input;
  const expiresAt = input.expiresAt === undefined ? bounds.expiresAt : new Date(input.expiresAt);
  requireWithin(bounds, { scopes, tier, expiresAt, ipAllow });
  requireFuture(expiresAt, now());

  return inTransaction(db, async (tx) => {
    const createdAt = now();
    await requireRoom(tx, {
      workspaceId: workspace.id,
      limits,
      limit: "apiKeys",
      count: () => countLiveKeys(tx, workspace.id, createdAt),
    });
    const key = await tx.apiKey.create({
      data: {
        workspaceId: workspace.id,
        ownerId: bounds.ownerId,
        name,
        scopes,
        tier,
        jwtSigning,
        ipAllow,
        expiresAt,
        createdAt,
      },
    });
    // The text carries the key's id, so it is made after the row.
    const { text, stored } = makeSecret(key.id, jwtSigning, maker);
    const secret = await tx.apiKeySecret.create({ data: { ...stored, apiKeyId: key.id, createdAt } });
    await auditKey(tx, ctx, { action: "create", after: key });
    return { ...toApiKey({ ...key, secrets: [secret] }, createdAt), secret: text };
  });
}

function requireFuture(expiresAt: Date | null, now: Date): void {
  if (expiresAt !== null && expiresAt <= now)
    throw new AppError("VALIDATION_FAILED", {
      fields: [{ path: "expiresAt", message: "Has passed already" }],
    });
}
