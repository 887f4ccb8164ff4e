import { crc32 } from "node:zlib";
import { fromBase62, randomBase62, toBase62 } from "./base62.ts";

/** A key of a development set-up looks different from a real one, so that scanners and people can tell them apart. */
export type KeyEnvironment = "live" | "test";

const ID_SYMBOLS = 22;
/** 166 random bits. */
const SECRET_SYMBOLS = 28;
const CHECK_SYMBOLS = 4;
/** So much of the secret is shown in lists, to tell two of them apart; 142 bits stay unknown. */
const SHOWN_SYMBOLS = 4;

// All of it is 64 bytes and must not be more. HMAC hashes longer keys before it uses them, and then whoever knows a plain
// SHA-256 of a key, from a scanner's report or somebody's log, could sign tokens as if he had the key.
const KEY_TEXT = new RegExp(
  `^gk_(live|test)_([0-9A-Za-z]{${ID_SYMBOLS}})_[0-9A-Za-z]{${SECRET_SYMBOLS}}_([0-9A-Za-z]{${CHECK_SYMBOLS}})$`,
);

/** A new text for the key of this id: `gk_<live|test>_<id>_<secret>_<check>`. */
export function makeKeyText(keyId: string, environment: KeyEnvironment): string {
  const text = `gk_${environment}_${shortKeyId(keyId)}_${randomBase62(SECRET_SYMBOLS)}`;
  return `${text}_${checkOf(text)}`;
}

/** The id of the key that a text claims to be; null for a text that was mistyped, cut off or never was a key. */
export function readKeyText(text: string): { keyId: string; environment: KeyEnvironment } | null {
  const [, environment, id = "", check] = KEY_TEXT.exec(text) ?? [];
  if (environment === undefined || checkOf(text.slice(0, -CHECK_SYMBOLS - 1)) !== check) return null;
  const keyId = readKeyId(id);
  return keyId === null ? null : { keyId, environment: environment === "live" ? "live" : "test" };
}

/** What lists may show of a key. */
export function startOfKey(text: string): string {
  return text.slice(0, -(SECRET_SYMBOLS - SHOWN_SYMBOLS) - CHECK_SYMBOLS - 1);
}

/** A key's id as it stands in the key: without dashes and half as long. */
function shortKeyId(keyId: string): string {
  return toBase62(keyId.replaceAll("-", ""), ID_SYMBOLS);
}

/** A key's id in either form, as it is stored; null where it is none. */
export function readKeyId(text: string): string | null {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text)) return text;
  const hex = text.length === ID_SYMBOLS ? fromBase62(text, 32) : null;
  return hex === null ? null : hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Against typing errors and cut-off copies only, which are refused without a query. It proves nothing. */
function checkOf(text: string): string {
  return toBase62(crc32(text).toString(16), CHECK_SYMBOLS);
}
