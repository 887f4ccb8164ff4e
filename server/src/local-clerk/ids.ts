import { randomBytes, randomInt } from "node:crypto";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** `length` characters of 0-9A-Za-z, each equally likely. */
export function randomBase62(length: number): string {
  let text = "";
  for (let index = 0; index < length; index += 1) text += BASE62.charAt(randomInt(BASE62.length));
  return text;
}

export type IdPrefix =
  | "user"
  | "org"
  | "sess"
  | "idn"
  | "orgmem"
  | "orginv"
  | "inv"
  | "client"
  | "mch"
  | "ins"
  | "msg"
  | "sit"
  | "jtmp"
  | "oa"
  | "sia";

/** Clerk's ids: the prefix and 27 base62 characters. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomBase62(27)}`;
}

/** API keys, machine tokens and OAuth tokens are named differently: the prefix and 32 hex characters. */
export function newHexId(prefix: "ak" | "mt" | "oat"): string {
  return `${prefix}_${randomBytes(16).toString("hex")}`;
}

/** A credential that is shown once; never an id. */
export function newSecret(
  prefix: "ak" | "mt" | "oat" | "ort" | "oas" | "sk_test" | "testing" | "ticket" | "code" | "lcc",
): string {
  return `${prefix}_${randomBase62(40)}`;
}

/** The form in which Svix hands out signing secrets: 24 bytes in base64 behind `whsec_`. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(24).toString("base64")}`;
}
