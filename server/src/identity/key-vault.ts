import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import type { KeyMaterial } from "../base/config.ts";
import type { Secret } from "../base/secret.ts";

/** A key's text as it is stored. */
export interface HashedKey {
  hash: Uint8Array<ArrayBuffer>;
  pepperId: string;
}

export interface KeyVault {
  canHash: boolean;
  canSeal: boolean;
  /** @throws Error where there is no pepper; ask `canHash` first */
  hash(text: string): HashedKey;
  /** Whether it was hashed under the pepper that new keys are hashed under. */
  isCurrent(kept: HashedKey): boolean;
  /** Takes the same time whether the text fits, and also where there is nothing to compare it with. */
  matches(text: string, kept: HashedKey | undefined): boolean;
  /** @throws Error where there is no encryption key; ask `canSeal` first */
  seal(text: string, keyId: string): Uint8Array<ArrayBuffer>;
  /** The text; null where the key that sealed it is no longer there, or where somebody has tampered with it. */
  unseal(sealed: Uint8Array, keyId: string): string | null;
}

interface Named {
  id: string;
  bytes: Buffer;
}

const ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Hashes and seals the texts of API keys.
 *
 * The hash is under a pepper that the database does not know: whoever reads the database can neither try keys against
 * it nor put a hash of his own there. The hash is never a signing key: tokens are verified with the text itself, which
 * is kept (sealed) only for keys that may sign.
 */
export function openKeyVault(material: KeyMaterial): KeyVault {
  const peppers = material.peppers.map(nameOf);
  const sealers = material.encryptionKeys.map(nameOf);
  // What a text is compared with where there is nothing: nothing has this hash.
  const nobody = { hash: new Uint8Array(32), pepperId: "" };
  const unknownPepper: Named = { id: "", bytes: randomBytes(32) };

  return {
    canHash: peppers.length > 0,
    canSeal: sealers.length > 0,
    hash: (text) => {
      const pepper = firstOf(peppers, "API_KEY_PEPPER");
      return { hash: hmac(pepper, text), pepperId: pepper.id };
    },
    isCurrent: ({ pepperId }) => pepperId === peppers[0]?.id,
    matches: (text, kept = nobody) => {
      const pepper = peppers.find(({ id }) => id === kept.pepperId) ?? unknownPepper;
      return timingSafeEqual(hmac(pepper, text), kept.hash);
    },
    seal: (text, keyId) => sealWith(firstOf(sealers, "API_KEY_ENCRYPTION_KEY"), text, keyId),
    unseal: (sealed, keyId) => {
      const id = Buffer.from(sealed.subarray(0, ID_BYTES)).toString("hex");
      const sealer = sealers.find((each) => each.id === id);
      return sealer === undefined ? null : unsealWith(sealer, sealed, keyId);
    },
  };
}

/** A pepper or an encryption key is called by a piece of its hash, so that what is stored says under which it is. */
function nameOf(secret: Secret): Named {
  const bytes = Buffer.from(secret.reveal(), "base64");
  return { id: hash("sha256", bytes, "hex").slice(0, 2 * ID_BYTES), bytes };
}

function firstOf([first]: readonly Named[], setting: string): Named {
  if (first === undefined) throw new Error(`${setting} is not set`);
  return first;
}

function hmac({ bytes }: Named, text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha256", bytes).update(text).digest());
}

/** The key's id goes into the seal: one that is copied into another key's row does not open there. */
function sealWith({ id, bytes }: Named, text: string, keyId: string): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", bytes, iv).setAAD(Buffer.from(keyId));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return new Uint8Array(Buffer.concat([Buffer.from(id, "hex"), iv, cipher.getAuthTag(), sealed]));
}

function unsealWith({ bytes }: Named, sealed: Uint8Array, keyId: string): string | null {
  const iv = sealed.subarray(ID_BYTES, ID_BYTES + IV_BYTES);
  const tag = sealed.subarray(ID_BYTES + IV_BYTES, ID_BYTES + IV_BYTES + TAG_BYTES);
  if (tag.length < TAG_BYTES) return null;
  try {
    const opener = createDecipheriv("aes-256-gcm", bytes, iv, { authTagLength: TAG_BYTES });
    opener.setAAD(Buffer.from(keyId)).setAuthTag(tag);
    const text = opener.update(sealed.subarray(ID_BYTES + IV_BYTES + TAG_BYTES));
    return Buffer.concat([text, opener.final()]).toString("utf8");
  } catch {
    return null;
  }
}
