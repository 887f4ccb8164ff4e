import { isUtf8 } from "node:buffer";
import { isRecord } from "../base/is-record.ts";

/** A JWT that has been taken apart and not been verified: nothing in it may be believed yet. */
export interface UnverifiedJwt {
  header: Readonly<Record<string, unknown>>;
  payload: Readonly<Record<string, unknown>>;
}

/** Whether a text looks like a JWT at all: three pieces of base64url. */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

/**
 * Takes a JWT apart; null if it is not one.
 *
 * Only the canonical base64url of RFC 7515 is read: no padding, no bits to spare. Otherwise one token would have
 * several texts, and what is remembered by text could be asked for under another.
 */
export function readJwt(token: string): UnverifiedJwt | null {
  if (!looksLikeJwt(token)) return null;
  const [head = "", body = "", signature = ""] = token.split(".");
  if (readBytes(signature) === null) return null;
  const header = readObject(head);
  const payload = readObject(body);
  return header === null || payload === null ? null : { header, payload };
}

function readObject(piece: string): Record<string, unknown> | null {
  const bytes = readBytes(piece);
  // Bytes that are no UTF-8 would become U+FFFD, and what was signed would not be what is read.
  if (bytes === null || !isUtf8(bytes)) return null;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** Null for what is not canonical. */
function readBytes(piece: string): Buffer | null {
  const bytes = Buffer.from(piece, "base64url");
  return bytes.toString("base64url") === piece ? bytes : null;
}
