import { hash, randomBytes } from "node:crypto";

/** Crockford's base 32: no I, L, O or U, so that a code can be read out over the telephone. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS = 20;
const START_SYMBOLS = 4;

/** A new code of 100 random bits, as people see it: `XXXXX-XXXXX-XXXXX-XXXXX`. */
export function makeCode(): string {
  // 256 is a multiple of 32, so every symbol is as likely as any other.
  const symbols = Array.from(randomBytes(SYMBOLS), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join(
    "",
  );
  return symbols.replace(/.{5}(?=.)/g, "$&-");
}

/** The part of a code that lists may show. */
export function startOf(code: string): string {
  return code.slice(0, START_SYMBOLS);
}

/**
 * What is stored of a code. Typing it in lower case, with other dashes or spaces, or with O for 0 and I or L for 1
 * makes no difference. A plain hash is enough, because nobody can try 2^100 codes.
 */
export function hashOfCode(text: string): Uint8Array<ArrayBuffer> {
  const symbols = text
    .toUpperCase()
    .replace(/[\s\p{Dash}]/gu, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  return new Uint8Array(Buffer.from(hash("sha256", symbols, "hex"), "hex"));
}
