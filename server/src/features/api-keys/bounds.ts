import { isPermission, lowerTier, reaches, ROLE_PERMISSIONS } from "@gatehouse/shared";
import type { Permission, Role, Tier } from "@gatehouse/shared";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { tierOf, tierRequired } from "../../access/features.ts";
import { scopeNotHeld } from "../../access/granted.ts";
import { AppError } from "../../base/app-error.ts";

/** The most that somebody may give to a key: what he has himself, and no more. */
export interface Bounds {
  /** The member who answers for the keys that he makes. */
  ownerId: string;
  granted: ReadonlySet<Permission>;
  tier: Tier;
  /** A key cannot make one that outlives it. */
  expiresAt: Date | null;
  /** Where the caller's own key may be used from; empty: anywhere. */
  ipAllow: readonly string[];
}

/** @throws AppError FORBIDDEN for a caller who is neither a member nor a member's key */
export function boundsOf(ctx: WorkspaceContext): Bounds {
  const { member, principal, granted } = ctx;
  const tier = tierOf(ctx);
  if (principal.kind === "apiKey") {
    const { ownerId, expiresAt, ipAllow } = principal;
    return { ownerId, granted, tier, expiresAt, ipAllow };
  }
  if (member === null)
    throw new AppError("FORBIDDEN", { detail: "Only a member or his key can answer for a key." });
  return { ownerId: member.userId, granted, tier, expiresAt: null, ipAllow: [] };
}

/** What is asked for a key; what is left out is not asked for. */
export interface Wanted {
  scopes?: readonly Permission[];
  tier?: Tier;
  expiresAt?: Date | null;
  ipAllow?: readonly string[];
}

/**
 * Refuses whatever goes beyond the bounds.
 *
 * @throws AppError SCOPE_NOT_HELD, TIER_REQUIRED, VALIDATION_FAILED
 */
export function requireWithin(bounds: Bounds, { scopes = [], tier, expiresAt, ipAllow }: Wanted): void {
  const foreign = scopes.find((scope) => !bounds.granted.has(scope));
  if (foreign !== undefined) throw scopeNotHeld(foreign);
  if (tier !== undefined && !reaches(bounds.tier, tier)) throw tierRequired(tier);
  if (expiresAt !== undefined && outlives(expiresAt, bounds.expiresAt))
    throw unfit("expiresAt", "A key cannot give another one a longer life than its own");
  if (ipAllow !== undefined && opensMore(ipAllow, bounds.ipAllow))
    throw unfit("ipAllow", "A key cannot open addresses that are closed to itself");
}

/** A key as it is now. */
export interface Held {
  scopes: readonly string[];
  tier: Tier;
  expiresAt: Date | null;
  ipAllow: readonly string[];
}

/** Whether a change gives a key anything that it has not. */
export function widens({ scopes = [], tier, expiresAt, ipAllow }: Wanted, key: Held): boolean {
  return (
    scopes.some((scope) => !key.scopes.includes(scope)) ||
    (tier !== undefined && !reaches(key.tier, tier)) ||
    (expiresAt !== undefined && outlives(expiresAt, key.expiresAt)) ||
    (ipAllow !== undefined && opensMore(ipAllow, key.ipAllow))
  );
}

/**
 * Refuses who may do less than the key that he wants the secret of, or wants to widen.
 *
 * A key is worth its scopes as far as its owner may use them, so an admin cannot become an owner by rotating an
 * owner's key. A key, or a token of an hour that was signed with one, cannot take over what outlives it either.
 *
 * @throws AppError SCOPE_NOT_HELD, TIER_REQUIRED, FORBIDDEN
 */
export function requireAbove(
  bounds: Bounds,
  key: Held & { ownerRole: Role | null },
  workspaceTier: Tier,
): void {
  const { ownerRole } = key;
  const held: ReadonlySet<Permission> = ownerRole === null ? new Set() : ROLE_PERMISSIONS[ownerRole];
  const worth = key.scopes.filter(isPermission).filter((scope) => held.has(scope));
  requireWithin(bounds, { scopes: worth, tier: lowerTier(key.tier, workspaceTier) });
  if (outlives(key.expiresAt, bounds.expiresAt) || opensMore(key.ipAllow, bounds.ipAllow))
    throw new AppError("FORBIDDEN", {
      detail: "That key lives longer or may be used from more addresses than the one that asks.",
    });
}

function outlives(wanted: Date | null, own: Date | null): boolean {
  return own !== null && (wanted === null || wanted > own);
}

/** No addresses are all addresses. */
function opensMore(wanted: readonly string[], own: readonly string[]): boolean {
  return own.length > 0 && (wanted.length === 0 || !wanted.every((entry) => own.includes(entry)));
}

function unfit(path: string, message: string): AppError {
  return new AppError("VALIDATION_FAILED", { fields: [{ path, message }] });
}
