import type { Role, Tier } from "@gatehouse/shared";
import type pg from "pg";
import type { KeyHome } from "./principal.ts";

/** One secret of a key: the current one, or the one before it in its grace period. */
export interface FoundSecret {
  id: string;
  hash: Uint8Array<ArrayBuffer>;
  pepperId: string;
  sealed: Uint8Array | null;
  endsAt: Date | null;
}

/** A key as it is stored, with its workspace and what its owner is there now. */
export interface FoundKey {
  id: string;
  ownerId: string;
  /** False for an owner who was deleted, banned or locked. */
  ownerIsLive: boolean;
  home: KeyHome;
  scopes: readonly string[];
  tier: Tier;
  jwtSigning: boolean;
  ipAllow: readonly string[];
  expiresAt: Date | null;
  revokedAt: Date | null;
  secrets: readonly FoundSecret[];
}

interface KeyRow {
  owner_id: string;
  owner_is_live: boolean;
  owner_role: Role | null;
  workspace_id: string;
  workspace_is_open: boolean;
  workspace_name: string;
  slug: string;
  managed_by: "local" | "clerk";
  workspace_tier: Tier;
  workspace_created_at: Date;
  scopes: string[];
  tier: Tier;
  jwt_signing: boolean;
  ip_allow: string[];
  expires_at: Date | null;
  revoked_at: Date | null;
  secret_id: string;
  hash: Buffer<ArrayBuffer>;
  pepper_id: string;
  sealed: Buffer | null;
  ends_at: Date | null;
}

/**
 * Reads a key, its secrets, its workspace and its owner's membership in one statement, by hand, because it runs on every
 * request that comes with a key. Whatever any of them has become since is obeyed at once, on every server.
 */
export async function findKey(keyId: string, pool: pg.Pool): Promise<FoundKey | null> {
  const { rows } = await pool.query<KeyRow>({
    name: "find_key",
    text: `SELECT k.owner_id, u.deleted_at IS NULL AND NOT u.banned AND NOT u.locked AS owner_is_live, m.role AS owner_role,
                  w.id AS workspace_id, w.deleted_at IS NULL AS workspace_is_open, w.name AS workspace_name, w.slug, w.managed_by,
                  w.tier AS workspace_tier, w.created_at AS workspace_created_at,
                  k.scopes, k.tier, k.jwt_signing, k.ip_allow, k.expires_at, k.revoked_at,
                  s.id AS secret_id, s.hash, s.pepper_id, s.sealed, s.ends_at
           FROM api_keys k
           JOIN api_key_secrets s ON s.api_key_id = k.id
           JOIN workspaces w ON w.id = k.workspace_id
           JOIN users u ON u.id = k.owner_id
           LEFT JOIN workspace_members m ON m.workspace_id = k.workspace_id AND m.user_id = k.owner_id
           WHERE k.id = $1`,
    values: [keyId],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id: keyId,
    ownerId: row.owner_id,
    ownerIsLive: row.owner_is_live,
    home: {
      workspace: {
        id: row.workspace_id,
        name: row.workspace_name,
        slug: row.slug,
        managedBy: row.managed_by,
        tier: row.workspace_tier,
        createdAt: row.workspace_created_at,
      },
      isOpen: row.workspace_is_open,
      ownerRole: row.owner_role,
    },
    scopes: row.scopes,
    tier: row.tier,
    jwtSigning: row.jwt_signing,
    ipAllow: row.ip_allow,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    secrets: rows.map(({ secret_id: id, hash, pepper_id: pepperId, sealed, ends_at: endsAt }) => ({
      id,
      hash: new Uint8Array(hash),
      pepperId,
      sealed,
      endsAt,
    })),
  };
}
