const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = 62n;

/** Writes a number of 16 hexadecimal symbols and more as digits and letters, so that one double click marks it. */
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
