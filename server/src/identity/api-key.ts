import { isPermission, lowerTier } from "@gatehouse/shared";
import { BlockList, isIPv6 } from "node:net";
import type pg from "pg";
import type { Log } from "../base/log.ts";
import type { KeyMemory, ProvenKey } from "./key-memory.ts";
import { findKey } from "./key-row.ts";
import type { FoundKey, FoundSecret } from "./key-row.ts";
import { readKeyText } from "./key-text.ts";
import type { KeyEnvironment } from "./key-text.ts";
import type { KeyUsage } from "./key-usage.ts";
import type { HashedKey, KeyVault } from "./key-vault.ts";
import type { ApiKeyPrincipal, RejectedPrincipal } from "./principal.ts";

/** What is needed to judge an API key, or a token that was signed with one. */
export interface KeyTools {
  pool: pg.Pool;
  memory: KeyMemory;
  vault: KeyVault;
  usage: KeyUsage;
  /** Keys of the other environment are refused unread. */
  environment: KeyEnvironment;
  now: () => Date;
  log: Log;
}

/** The one answer to every bad key. Whoever tries keys must not learn what is wrong with one. */
export const BAD_KEY: RejectedPrincipal = { kind: "rejected", code: "INVALID_API_KEY", reason: null };

/**
 * Judges a text that begins as our keys do.
 *
 * A text that cannot be a key is refused without a query. After that every text that has not proven good takes the same
 * road: one query, one comparison, and only then whether the key may be used here and now.
 *
 * @param address where the request comes from; null where it is not known
 */
export async function judgeApiKey(
  text: string,
  address: string | null,
  tools: KeyTools,
): Promise<ApiKeyPrincipal | RejectedPrincipal> {
  const claimed = readKeyText(text);
  if (claimed === null || claimed.environment !== tools.environment) return BAD_KEY;
  const proven = await tools.memory.recall("keys", text, () => prove(text, claimed.keyId, tools));
  if (proven === null || !isUsable(proven, { address, now: tools.now() })) return BAD_KEY;
  const { key, secret } = proven;
  // The pepper was replaced: this is the moment at which the text is there to be hashed anew.
  const rehashed = tools.vault.isCurrent(secret) ? null : tools.vault.hash(text);
  noteUse(proven, { address, tools, rehashed });
  return holderOf(key);
}

/** The key whose text this is, whether it may be used or not; null where it is nobody's. */
async function prove(text: string, keyId: string, { pool, vault }: KeyTools): Promise<ProvenKey | null> {
  const key = await findKey(keyId, pool);
  const fits = (secret: FoundSecret | undefined): boolean => vault.matches(text, secret);
  const secret = key === null ? undefined : key.secrets.find(fits);
  if (key === null) fits(undefined);
  return key === null || secret === undefined ? null : { key, secret };
}

export function noteUse(
  { key: { id: keyId }, secret: { id: secretId, endsAt } }: ProvenKey,
  use: { address: string | null; tools: KeyTools; rehashed: HashedKey | null },
): void {
  const { address, tools, rehashed } = use;
  tools.usage.note({ keyId, secretId, isReplaced: endsAt !== null, at: tools.now(), address, rehashed });
}

/** The caller that a key makes of whoever holds it. */
export function holderOf(key: FoundKey): ApiKeyPrincipal {
  return {
    kind: "apiKey",
    via: "apiKey",
    keyId: key.id,
    ownerId: key.ownerId,
    home: key.home,
    scopes: new Set(key.scopes.filter(isPermission)),
    tier: lowerTier(key.tier, key.home.workspace.tier),
    ipAllow: key.ipAllow,
    onBehalfOf: null,
    expiresAt: key.expiresAt,
  };
}

/** Whether a key whose secret is right may be used now and from there. */
export function isUsable(
  { key, secret }: ProvenKey,
  { address, now }: { address: string | null; now: Date },
): boolean {
  if (key.revokedAt !== null || !key.ownerIsLive) return false;
  if (key.expiresAt !== null && key.expiresAt <= now) return false;
  if (secret.endsAt !== null && secret.endsAt <= now) return false;
  return key.ipAllow.length === 0 || (address !== null && isAllowed(address, key.ipAllow));
}

function isAllowed(address: string, entries: readonly string[]): boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [network = "", bits] = entry.split("/");
    const family = familyOf(network);
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  return list.check(address, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}
