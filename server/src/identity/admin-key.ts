import { isOneOf } from "../base/secret.ts";
import type { Secret } from "../base/secret.ts";

/** What the X-Admin-Key header of a request is worth. */
export type ShownAdminKey = "none" | "wrong" | "right";

/** @param sent the header as it was sent; null where there is none */
export function readAdminKey(sent: string | null, keys: readonly Secret[]): ShownAdminKey {
  if (sent === null) return "none";
  return isOneOf(sent, keys) ? "right" : "wrong";
}
