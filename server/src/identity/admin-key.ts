import { hash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../base/secret.ts";

/** What the X-Admin-Key header of a request is worth. */
export type ShownAdminKey = "none" | "wrong" | "right";

/** @param sent the header as it was sent; null where there is none */
export function readAdminKey(sent: string | null, keys: readonly Secret[]): ShownAdminKey {
  if (sent === null) return "none";
  return isAdminKey(sent, keys) ? "right" : "wrong";
}

/**
 * Whether a text is one of the admin keys.
 *
 * Hashes are compared, each with each, so that the time tells neither the length of a key nor where the first
 * difference stands nor which of several keys it was. With no key set nothing is right, least of all the empty text.
 */
function isAdminKey(text: string, keys: readonly Secret[]): boolean {
  const asked = digest(text);
  let found = false;
  for (const key of keys) found = timingSafeEqual(asked, digest(key.reveal())) || found;
  return found;
}

function digest(text: string): Buffer {
  return Buffer.from(hash("sha256", text, "hex"), "hex");
}
