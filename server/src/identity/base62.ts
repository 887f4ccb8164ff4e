import { randomInt } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = 62n;

/** Digits and letters by chance, 5.95 bits each. */
export function randomBase62(symbols: number): string {
  return Array.from({ length: symbols }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");
}

/** Writes a number as so many digits and letters; of a larger number the last of them. */
export function toBase62(hex: string, symbols: number): string {
  let rest = BigInt(`0x${hex}`);
  let text = "";
  while (text.length < symbols) {
    text = ALPHABET.charAt(Number(rest % BASE)) + text;
    rest /= BASE;
  }
  return text;
}

/** Reads what `toBase62` wrote; null where the number needs more than so many hexadecimal symbols. */
export function fromBase62(text: string, hexSymbols: number): string | null {
  let value = 0n;
  for (const symbol of text) {
    const digit = ALPHABET.indexOf(symbol);
    if (digit < 0) return null;
    value = value * BASE + BigInt(digit);
  }
  const hex = value.toString(16).padStart(hexSymbols, "0");
  return hex.length === hexSymbols ? hex : null;
}
