import type { WireSchema } from "../../trpc/wire-schema.ts";

/** Lines of a doc comment in front of a declaration, or nothing where there is nothing to say. */
export function docComment(lines: readonly string[]): string {
  // "*/" inside a sentence would end the comment and turn the rest of it into code.
  const safe = lines.map((line) => line.replaceAll("*/", "*\\/"));
  if (safe.length === 0) return "";
  if (safe.length === 1) return `/** ${safe[0]} */\n`;
  return `/**\n${safe.map((line) => (line === "" ? " *" : ` * ${line}`)).join("\n")}\n */\n`;
}

/** What is to be said of one field: its description, then what its type cannot show. */
export function fieldDoc(schema: WireSchema): string[] {
  const lines = schema.description === undefined ? [] : sentence(schema.description).split("\n");
  const facts = [...instantFact(schema), ...limitFacts(schema)];
  if (facts.length > 0) lines.push(`${facts.join(", ")}.`);
  if (schema.default !== undefined) lines.push(`@default ${JSON.stringify(schema.default)}`);
  if (schema.deprecated === true) lines.push("@deprecated");
  return lines;
}

/** Text as a sentence: with a capital in front and a full stop behind it. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const ended = /[.!?:]$/.test(trimmed) ? trimmed : `${trimmed}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

function instantFact(schema: WireSchema): string[] {
  return holdsInstant(schema) ? ["An instant in UTC, ISO 8601"] : [];
}

function holdsInstant(schema: WireSchema): boolean {
  const others = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return schema.format === "date-time" || others.some((member) => holdsInstant(member));
}

function limitFacts(schema: WireSchema): string[] {
  return [
    range(schema.minLength, schema.maxLength, "character"),
    range(schema.minItems, schema.maxItems, "item"),
    range(unlessSafe(schema.minimum), unlessSafe(schema.maximum), ""),
  ].filter((fact) => fact !== "");
}

/** Every whole number has these two bounds; saying so helps nobody. */
function unlessSafe(bound: number | undefined): number | undefined {
  return bound !== undefined && Number.isSafeInteger(bound) && Math.abs(bound) === Number.MAX_SAFE_INTEGER
    ? undefined
    : bound;
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  const of = (count: number) =>
    (unit === "" ? `${count}` : ` ${count} ${unit}${count === 1 ? "" : "s"}`).trim();
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return `At least ${of(least ?? 0)}`;
  if (least === undefined) return `At most ${of(most)}`;
  return least === most ? `Exactly ${of(most)}` : `${least} to ${of(most)}`;
}
