import { createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { z } from "zod";

/**
 * The keys of a JSON Web Key Set (RFC 7517) as PEM, by their ids.
 *
 * Only what Clerk signs with, and what the SDK can take as PEM: RSA of 2,048 bits with the exponent 65,537, meant for
 * RS256 signatures. Of two keys with one id the first counts.
 *
 * @throws Error where the text is no key set
 */
export function readKeys(json: string): Map<string, string> {
  const { keys } = KeySetJson.parse(JSON.parse(json));
  const pems = new Map<string, string>();
  for (const each of keys) {
    const key = readKey(each);
    if (key !== null && !pems.has(key.id)) pems.set(key.id, key.pem);
  }
  return pems;
}

const KeySetJson = z.object({ keys: z.array(z.unknown()) });

const Jwk = z.object({
  kty: z.literal("RSA"),
  kid: z.string(),
  use: z.literal("sig").optional(),
  alg: z.literal("RS256").optional(),
  n: z.string(),
  e: z.string(),
});

function readKey(json: unknown): { id: string; pem: string } | null {
  const { data: jwk } = Jwk.safeParse(json);
  if (jwk === undefined) return null;
  try {
    // Only the public numbers are read: a private key published by mistake must not end up in memory.
    const key = createPublicKey({ format: "jwk", key: { kty: "RSA", n: jwk.n, e: jwk.e } });
    return isUsable(key)
      ? { id: jwk.kid, pem: key.export({ type: "spki", format: "pem" }).toString() }
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
