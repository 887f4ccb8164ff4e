import type { FieldError } from "@gatehouse/shared";

/** An input nested deeper than this is no honest input, and would exhaust the stack of whatever reads it. */
const DEEPEST = 64;

/**
 * The first place in an input that could not be stored or would mean something else once it is; null if there is
 * none. One walk for every input, so that no schema has to think of it.
 *
 * PostgreSQL takes no NUL in a text. Half of a surrogate pair becomes U+FFFD on its way, so what is read back would
 * not be what was written. `__proto__` as a key reaches other objects through careless copies.
 */
export function findUnstorable(input: unknown): FieldError | null {
  const waiting: { value: unknown; path: string; depth: number }[] = [{ value: input, path: "", depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path, depth } = next;
    const flaw = typeof value === "string" ? flawOf(value) : null;
    if (flaw !== null) return { path, message: flaw };
    if (typeof value !== "object" || value === null) continue;
    if (depth === DEEPEST) return { path: path.slice(0, 200), message: "Nested too deeply" };
    for (const [key, inner] of Object.entries(value)) {
      const place = path === "" ? key : `${path}.${key}`;
      if (key === "__proto__" || flawOf(key) !== null) return { path: place, message: "Unusable key" };
      waiting.push({ value: inner, path: place, depth: depth + 1 });
    }
  }
  return null;
}

function flawOf(text: string): string | null {
  if (text.includes("\0")) return "Contains a NUL character";
  if (!text.isWellFormed()) return "Contains half of a surrogate pair";
  return null;
}
