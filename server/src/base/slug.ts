import { randomInt } from "node:crypto";

const LONGEST = 60;
const SUFFIX_SYMBOLS = 6;

/** A slug made of a name: `Ärger & Söhne` gives `arger-sohne`. A name without any Latin letter or digit gives `workspace`. */
export function slugOf(name: string): string {
  const words = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  const slug = (words ?? ["workspace"]).join("-").slice(0, LONGEST - SUFFIX_SYMBOLS - 1);
  return slug.replace(/-$/, "");
}

/** The same slug for another workspace: with a few random letters and digits behind it. */
export function withSuffix(slug: string): string {
  const suffix = randomInt(36 ** SUFFIX_SYMBOLS)
    .toString(36)
    .padStart(SUFFIX_SYMBOLS, "0");
  return `${slug}-${suffix}`;
}
