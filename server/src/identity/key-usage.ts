import type pg from "pg";
import type { Log } from "../base/log.ts";
import type { HashedKey } from "./key-vault.ts";

/** One request that came with a key. */
export interface KeyUse {
  keyId: string;
  secretId: string;
  /** Whether the secret has been replaced already and is in its grace period. */
  isReplaced: boolean;
  at: Date;
  address: string | null;
  /** The hash under the pepper of today, where the stored one is under an older one. */
  rehashed: HashedKey | null;
}

/** Who used which key last. Noted in memory, written beside the requests. */
export interface KeyUsage {
  note(use: KeyUse): void;
  /** Writes what has not been written yet; the last act before the database closes. */
  close(): Promise<void>;
}

/** A busy key costs one write in this time, not one a request. */
const WRITE_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

interface Noted {
  keyId: string;
  uses: number;
  at: Date;
  address: string | null;
  rehashed: HashedKey | null;
}

export function openKeyUsage({ pool, log }: { pool: pg.Pool; log: Log }): KeyUsage {
  const notes = new Map<string, Noted>();
  const writtenAt = new Map<string, number>();
  let underWay: Promise<void> = Promise.resolve();

  const write = async (isDue: (secretId: string) => boolean): Promise<void> => {
    const due = [...notes].filter(([secretId]) => isDue(secretId));
    if (due.length === 0) return;
    const now = performance.now();
    for (const [secretId] of due) {
      notes.delete(secretId);
      writtenAt.set(secretId, now);
    }
    try {
      await writeNotes(pool, due);
      await writeHashes(pool, due);
    } catch (error) {
      // When a key was used last is worth knowing, and not worth a request: what is lost here is noted anew at its next use.
      log.warn({ err: error, keys: due.length }, "the use of API keys could not be written");
    }
  };
  const look = (): void => {
    const before = performance.now() - WRITE_EVERY_MS;
    underWay = underWay.then(() => write((secretId) => (writtenAt.get(secretId) ?? -Infinity) < before));
    for (const [secretId, at] of writtenAt) if (at < before) writtenAt.delete(secretId);
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();

  return {
    note: ({ keyId, secretId, isReplaced, at, address, rehashed }) => {
      const uses = (notes.get(secretId)?.uses ?? 0) + (isReplaced ? 1 : 0);
      notes.set(secretId, { keyId, uses, at, address, rehashed });
    },
    close: async () => {
      clearInterval(timer);
      await underWay;
      await write(() => true);
    },
  };
}

/** All keys in one statement. An older note of another server does not overwrite a newer one. */
async function writeNotes(pool: pg.Pool, notes: readonly (readonly [string, Noted])[]): Promise<void> {
  await pool.query({
    name: "note_key_use",
    text: `WITH noted AS (
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::text[])
                        AS n (secret_id, key_id, uses, at, address)
           ), of_secrets AS (
             UPDATE api_key_secrets s
             SET late_uses = s.late_uses + n.uses,
                 last_used_at = GREATEST(s.last_used_at, n.at),
                 last_used_address = CASE WHEN s.last_used_at > n.at THEN s.last_used_address ELSE n.address END
             FROM noted n WHERE s.id = n.secret_id
           ), latest AS (
             SELECT DISTINCT ON (key_id) key_id, at, address FROM noted ORDER BY key_id, at DESC
           )
           UPDATE api_keys k SET last_used_at = n.at, last_used_address = n.address
           FROM latest n WHERE k.id = n.key_id AND (k.last_used_at IS NULL OR k.last_used_at < n.at)`,
    values: [
      notes.map(([secretId]) => secretId),
      notes.map(([, { keyId }]) => keyId),
      notes.map(([, { uses }]) => uses),
      notes.map(([, { at }]) => at.toISOString()),
      notes.map(([, { address }]) => address),
    ],
  });
}

/** After the pepper was replaced each key that is used moves to the new one, until the old one can go. */
async function writeHashes(pool: pg.Pool, notes: readonly (readonly [string, Noted])[]): Promise<void> {
  for (const [secretId, { rehashed }] of notes)
    if (rehashed !== null)
      await pool.query({
        name: "rehash_key",
        text: "UPDATE api_key_secrets SET hash = $2, pepper_id = $3 WHERE id = $1",
        values: [secretId, Buffer.from(rehashed.hash), rehashed.pepperId],
      });
}
