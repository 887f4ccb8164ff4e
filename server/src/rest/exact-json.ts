import { randomUUID } from "node:crypto";
import { AppError } from "../base/app-error.ts";

/** Either a whole string, whose digits are none of our business, or a number. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Reads JSON, and refuses a number that would not come out as it was written: 9007199254740993 would silently be
 * 9007199254740992, and somebody else's id.
 *
 * @throws AppError VALIDATION_FAILED naming the place of such a number, or the whole text if it is no JSON
 */
export function parseExactly(text: string): unknown {
  // Puts a mark where such a number stands, so that the parsed value shows the path to it.
  const mark = randomUUID();
  const marked = text.replaceAll(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || isExact(token) ? token : `"${mark}"`,
  );
  const value = parse(marked);
  if (marked === text) return value;
  // Only a text that is JSON by itself is told about its numbers: "01" is no number at all.
  parse(text);
  throw refusal(
    pathTo(mark, value) ?? "",
    "This number cannot be held exactly. Send it as text if it is a name.",
  );
}

/** Whether a number of JSON survives the way through a double: the same digits at the same place. */
export function isExact(token: string): boolean {
  const written = digitsOf(token);
  const held = Number(token);
  if (!Number.isFinite(held)) return false;
  const read = digitsOf(String(held));
  return written.digits === read.digits && (written.digits === "" || written.exponent === read.exponent);
}

/** A number as an integer without trailing zeros and a power of ten. Its sign cannot get lost. */
function digitsOf(token: string): { digits: string; exponent: number } {
  const [mantissa = "", power = "0"] = token.replace(/^-/, "").toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const all = whole + fraction;
  const digits = all.replace(/0+$/, "");
  return {
    digits: digits.replace(/^0+/, ""),
    exponent: Number(power) - fraction.length + (all.length - digits.length),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refusal("", "The body is not JSON");
  }
}

function refusal(path: string, message: string): AppError {
  return new AppError("VALIDATION_FAILED", { fields: [{ path, message }] });
}

function pathTo(mark: string, whole: unknown): string | null {
  const waiting: { value: unknown; path: string }[] = [{ value: whole, path: "" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    if (value === mark) return path;
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value))
      waiting.push({ value: inner, path: path === "" ? key : `${path}.${key}` });
  }
  return null;
}
