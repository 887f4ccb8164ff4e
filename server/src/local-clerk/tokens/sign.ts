import { createHmac, sign as signWith } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { currentKey } from "../instance.ts";
import type { Instance } from "../instance.ts";

export type Claims = Record<string, unknown>;
export type Header = Record<string, unknown>;

/** Clerk tells its kinds of token apart by this header member. */
export const CATEGORY = {
  session: "cl_B7d4PD111AAA",
  template: "cl_B7d4PD222AAA",
  m2m: "cl_B7d4PD333AAA",
} as const;

/** A token as Clerk itself would sign it. */
export function signToken(instance: Instance, header: Header, claims: Claims): string {
  const { kid, privateKey } = currentKey(instance);
  return signBy({ alg: "RS256", ...header, kid }, claims, (content) =>
    signWith("RSA-SHA256", content, privateKey),
  );
}

/**
 * Any header, any claims, any signature. Written by hand and not with a JOSE library, because those rightly refuse to
 * make the broken tokens that tests need.
 */
export function signBy(header: Header, claims: Claims, signature: (content: Buffer) => Buffer): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${signature(Buffer.from(content)).toString("base64url")}`;
}

/** Signs as the `alg` of the header says; an unknown one is signed like RS256 and so is a lie. */
export function signatureFor(alg: unknown, key: KeyObject): (content: Buffer) => Buffer {
  const digest = /^[RE]S(256|384|512)$/.exec(String(alg))?.[1] ?? "256";
  const ecdsa = key.asymmetricKeyType === "ec";
  return (content) =>
    signWith(`sha${digest}`, content, ecdsa ? { key, dsaEncoding: "ieee-p1363" as const } : key);
}

export function hmacFor(secret: string): (content: Buffer) => Buffer {
  return (content) => createHmac("sha256", secret).update(content).digest();
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
