import type { ApiKey, ReplacedSecret, Role } from "@gatehouse/shared";
import { toInstant } from "../../base/instants.ts";
import type { ApiKey as Facts, ApiKeySecret, Prisma } from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";

/** What is shown of a key's secrets: never a hash. The current one comes first. */
export const WITH_SECRETS = {
  secrets: {
    select: { start: true, endsAt: true, lateUses: true, lastUsedAt: true, lastUsedAddress: true },
    orderBy: { endsAt: { sort: "desc", nulls: "first" } },
  },
} as const satisfies Prisma.ApiKeyInclude;

type ShownSecret = Pick<ApiKeySecret, "start" | "endsAt" | "lateUses" | "lastUsedAt" | "lastUsedAddress">;
export type KeyRow = Facts & { secrets: ShownSecret[] };

/** Keys that work; a revoked or expired one takes no room. */
export function countLiveKeys(tx: Transaction, workspaceId: string, now: Date): Promise<number> {
  const isLive = { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  return tx.apiKey.count({ where: { workspaceId, revokedAt: null, ...isLive } });
}

/** What the owner of a key is in its workspace now; null where he has left. */
export async function roleOfOwner(
  tx: Transaction,
  { workspaceId, ownerId }: Pick<Facts, "workspaceId" | "ownerId">,
): Promise<Role | null> {
  const membership = await tx.workspaceMember.findUnique({
    where: { workspaceId_userId: { workspaceId, userId: ownerId } },
    select: { role: true },
  });
  return membership?.role ?? null;
}

/** A key for the audit trail. */
export function factsOf({
  name,
  scopes,
  tier,
  jwtSigning,
  ipAllow,
  expiresAt,
  revokedAt,
}: Facts): Prisma.InputJsonObject {
  return {
    name,
    scopes,
    tier,
    jwtSigning,
    ipAllow,
    expiresAt: toInstant(expiresAt),
    revokedAt: toInstant(revokedAt),
  };
}

export function toApiKey(row: KeyRow, now: Date): ApiKey {
  const { id, workspaceId, ownerId, name, scopes, tier, jwtSigning, ipAllow, lastUsedAddress } = row;
  const [current, previous] = row.secrets;
  return {
    id,
    workspaceId,
    ownerId,
    name,
    start: current?.start ?? "",
    scopes,
    tier,
    jwtSigning,
    ipAllow,
    expiresAt: toInstant(row.expiresAt),
    revokedAt: toInstant(row.revokedAt),
    lastUsedAt: toInstant(row.lastUsedAt),
    lastUsedAddress,
    replaced: row.revokedAt === null && previous !== undefined ? toReplaced(previous, now) : null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** Null once its grace period is over. */
function toReplaced({ start, endsAt, lateUses, ...last }: ShownSecret, now: Date): ReplacedSecret | null {
  if (endsAt === null || endsAt <= now) return null;
  return {
    start,
    endsAt: endsAt.toISOString(),
    uses: lateUses,
    lastUsedAt: toInstant(last.lastUsedAt),
    lastUsedAddress: last.lastUsedAddress,
  };
}
