import { createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { KeyObject } from "node:crypto";
import { newId } from "./ids.ts";

const generate = promisify(generateKeyPair);

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
}

/** As written to disk. */
export interface SavedKey {
  kid: string;
  pem: string;
}

/** RSA with 2048 bits and e = 65537: the one kind that the SDK's PEM setting (`jwtKey`) can read. */
export async function makeKey(kid: string = newId("ins")): Promise<SigningKey> {
  const { privateKey } = await generate("rsa", { modulusLength: 2048, publicExponent: 65_537 });
  return { kid, privateKey };
}

export function saveKey(key: SigningKey): SavedKey {
  return { kid: key.kid, pem: key.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

export function loadKey(saved: SavedKey): SigningKey {
  return { kid: saved.kid, privateKey: createPrivateKey(saved.pem) };
}

export function publicPem(key: SigningKey): string {
  return createPublicKey(key.privateKey).export({ type: "spki", format: "pem" }).toString();
}

export interface PublicJwk {
  use: "sig";
  kty: "RSA";
  kid: string;
  alg: "RS256";
  n: string;
  e: string;
}

export function publicJwk(key: SigningKey): PublicJwk {
  const { n, e } = createPublicKey(key.privateKey).export({ format: "jwk" });
  if (typeof n !== "string" || typeof e !== "string") throw new Error("A signing key must be RSA.");
  return { use: "sig", kty: "RSA", kid: key.kid, alg: "RS256", n, e };
}
