import { createPublicKey } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";

/**
 * The keys of a JSON Web Key Set (RFC 7517) as PEM, by their ids.
 *
 * Only what Clerk signs with, and what the SDK can take as PEM: RSA of 2,048 bits with the exponent 65,537, meant for
 * RS256 signatures. Of two keys with one id the first counts.
 *
 * @throws Error where the text is no key set
 */
export function readKeys(json: string): Map<string, string> {
  const { keys } = JSON.parse(json) as { keys?: unknown };
  const pems = new Map<string, string>();
  for (const jwk of Array.isArray(keys) ? (keys as unknown[]) : []) {
    const key = readKey(jwk);
    if (key !== null && !pems.has(key.id)) pems.set(key.id, key.pem);
  }
  return pems;
}

function readKey(value: unknown): { id: string; pem: string } | null {
  if (typeof value !== "object" || value === null) return null;
  const jwk = value as JsonWebKey;
  const isForUs = jwk.kty === "RSA" && (jwk["use"] ?? "sig") === "sig" && (jwk["alg"] ?? "RS256") === "RS256";
  if (!isForUs || typeof jwk["kid"] !== "string") return null;
  try {
    // Only the public numbers are read: a private key published by mistake must not end up in memory.
    const key = createPublicKey({ format: "jwk", key: { kty: "RSA", n: jwk.n ?? "", e: jwk.e ?? "" } });
    return isUsable(key)
      ? { id: jwk["kid"], pem: key.export({ type: "spki", format: "pem" }).toString() }
      : null;
  } catch {
    return null;
  }
}

/** Whether the SDK can verify with it: it takes a PEM apart by hand, and knows one form only. */
function isUsable({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): boolean {
  return (
    asymmetricKeyType === "rsa" && details?.modulusLength === 2_048 && details.publicExponent === 65_537n
  );
}
