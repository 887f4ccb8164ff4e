import { createHmac } from "node:crypto";

export type Parts = Record<string, unknown>;

/** The third part of a key's text: its id, as `kid` names it. */
export function kidOf(apiKey: string): string {
  return apiKey.split("_")[2]!;
}

/** Signs anything at all with any secret, as our own client never would. */
export function forge(
  header: unknown,
  claims: unknown,
  secret: string | Uint8Array,
  digest: "sha256" | "sha384" | "sha512" = "sha256",
): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac(digest, secret).update(content).digest("base64url")}`;
}

export function encode(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

/** Claims that are right: a minute old and good for five. */
export function goodClaims(changes: Parts = {}): Parts {
  const now = Math.floor(Date.now() / 1_000);
  return { sub: "customer-7", iat: now - 60, exp: now + 300, ...changes };
}
