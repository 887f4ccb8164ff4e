import type { FieldError } from "@gatehouse/shared";
import type { WireSchema } from "../trpc/wire-schema.ts";
import { asSchema, followRef } from "./shapes.ts";

/** The types that a schema lets through, and those of the items of its lists. */
interface Types {
  own: ReadonlySet<string>;
  item: WireSchema | null;
}

/**
 * A text of a path or a query as the value that the schema asks for. What does not look like that value stays a
 * text, and the procedure's own schema says what is wrong with it.
 */
export function readText(text: string, schema: WireSchema, whole: WireSchema): unknown {
  const { own } = typesOf(schema, whole);
  if ((own.has("integer") || own.has("number")) && isPlainNumber(text)) return Number(text);
  if (own.has("boolean") && (text === "true" || text === "false")) return text === "true";
  return text;
}

/**
 * The query of an address as an input, still in the names of REST. A list is its name repeated: `?state=a&state=b`.
 *
 * @param fields by the name of REST
 */
export function readQuery(
  query: URLSearchParams,
  fields: ReadonlyMap<string, WireSchema>,
  whole: WireSchema,
): { value: Record<string, unknown>; flaws: FieldError[] } {
  const flaws: FieldError[] = [];
  const entries = [...new Set(query.keys())].map((name) => {
    const schema = fields.get(name) ?? {};
    const texts = query.getAll(name);
    const { item } = typesOf(schema, whole);
    if (item !== null) return [name, texts.map((text) => readText(text, item, whole))] as const;
    if (texts.length > 1) flaws.push({ path: name, message: "Given more than once" });
    return [name, readText(texts[0] ?? "", schema, whole)] as const;
  });
  return { value: Object.fromEntries(entries), flaws };
}

/** Whether a field can stand in a query at all: text, a number, a truth value, or a list of these. */
export function fitsQuery(schema: WireSchema, whole: WireSchema): boolean {
  const { own, item } = typesOf(schema, whole);
  return !own.has("object") && (item === null || fitsQuery(item, whole));
}

function typesOf(schema: WireSchema, whole: WireSchema): Types {
  const resolved = schema.$ref === undefined ? schema : followRef(schema.$ref, whole);
  const members = [...(resolved.anyOf ?? []), ...(resolved.oneOf ?? [])].map((each) =>
    typesOf(asSchema(each), whole),
  );
  const own = [resolved.type ?? []].flat();
  return {
    own: new Set([...own, ...members.flatMap((each) => [...each.own])]),
    item: own.includes("array")
      ? asSchema(resolved.items)
      : (members.find((each) => each.item !== null)?.item ?? null),
  };
}

/** A number as people write it, small enough to be exact. "0x10", " 1" and "1e3" are texts. */
function isPlainNumber(text: string): boolean {
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(text);
}
