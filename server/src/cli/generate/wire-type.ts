import { docComment, fieldDoc } from "./doc-comment.ts";
import { referredName, whole } from "../../trpc/wire-schema.ts";
import type { WireSchema } from "../../trpc/wire-schema.ts";

/** Keywords that narrow a value or speak of it, and change nothing about its type. */
const SAID_IN_WORDS = new Set(
  (
    "description title default examples deprecated readOnly id pattern format contentEncoding _prefault " +
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems"
  ).split(" "),
);
const UNDERSTOOD = new Set(
  (
    "$ref const enum not anyOf oneOf allOf type items prefixItems properties required additionalProperties " +
    "propertyNames"
  ).split(" "),
);

/** The TypeScript type of one JSON Schema. Throws, naming the place, at whatever it does not understand. */
export function typeText(schema: WireSchema, place: string): string {
  refuseUnknownKeywords(schema, place);
  if (schema.$ref !== undefined) return referredName(schema.$ref, place);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return unionText(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.not !== undefined) return neverText(schema, place);
  const members = schema.anyOf ?? schema.oneOf;
  if (members !== undefined) return unionText(members.map((member) => typeText(member, place)));
  if (Array.isArray(schema.type)) {
    return unionText(schema.type.map((type) => typeText({ ...schema, type }, place)));
  }
  return plainText(schema, place);
}

/** Alphabetical, so that reordering a table does not reorder the client; `null` comes last, where people expect it. */
export function unionText(members: readonly string[]): string {
  const distinct = [...new Set(members)].toSorted();
  const ordered = [
    ...distinct.filter((text) => text !== "null"),
    ...distinct.filter((text) => text === "null"),
  ];
  return ordered.join(" | ");
}

/** The fields of an object between braces, each with its doc comment, in the order of the source. */
export function fieldsText(schema: WireSchema, place: string): string {
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).map(([name, value]) => {
    const field = whole(value, `${place}.${name}`);
    const mark = required.has(name) ? "" : "?";
    return `${docComment(fieldDoc(field))}${keyText(name)}${mark}: ${typeText(field, `${place}.${name}`)};`;
  });
  if (isOpen(schema, place)) fields.push("[key: string]: unknown;");
  return fields.length === 0 ? "{}" : `{\n${indented(fields.join("\n"))}\n}`;
}

export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

/** Whether a schema prints as fields between braces, and may so become an interface. */
export function hasFields(schema: WireSchema): boolean {
  return schema.type === "object" && schema.propertyNames === undefined;
}

function plainText(schema: WireSchema, place: string): string {
  switch (schema.type) {
    case "string":
      return stringText(schema, place);
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return arrayText(schema, place);
    case "object":
      return hasFields(schema) ? fieldsText(schema, place) : recordText(schema, place);
    case undefined:
    default:
      return anythingText(schema, place);
  }
}

function stringText(schema: WireSchema, place: string): string {
  if (schema.format === "binary") throw new Error(`${place}: a file is not JSON`);
  return "string";
}

function arrayText(schema: WireSchema, place: string): string {
  const each = (item: unknown, index: number) => typeText(whole(item, place), `${place}.${index}`);
  if (schema.prefixItems !== undefined) {
    // zod prints `items: false` for a tuple without a rest, which its types do not know.
    const rest = typeof schema.items === "object" ? [`...${inArray(each(schema.items, -1))}`] : [];
    if (schema.minItems !== schema.prefixItems.length) throw new Error(`${place}: optional items of a tuple`);
    return `[${[...schema.prefixItems.map(each), ...rest].join(", ")}]`;
  }
  return inArray(typeText(whole(schema.items, `${place}[]`), `${place}[]`));
}

function inArray(text: string): string {
  return /^[\w."]+$/.test(text) || text.startsWith("{") ? `${text}[]` : `(${text})[]`;
}

function recordText(schema: WireSchema, place: string): string {
  if (schema.properties !== undefined) throw new Error(`${place}: fields and a record at once`);
  const names = whole(schema.propertyNames, place);
  const keys = names.enum === undefined ? "string" : typeText(names, `${place} keys`);
  const values = typeText(whole(schema.additionalProperties, place), `${place}[]`);
  // A record over an enum without `required` is a partial one.
  const every = names.enum === undefined || schema.required?.length === names.enum.length;
  return every ? `Record<${keys}, ${values}>` : `Partial<Record<${keys}, ${values}>>`;
}

function isOpen(schema: WireSchema, place: string): boolean {
  const others = schema.additionalProperties;
  if (others === undefined || others === false) return false;
  if (others === true || Object.keys(others).length === 0) return true;
  throw new Error(`${place}: further keys of one type beside named ones have no TypeScript type`);
}

function neverText(schema: WireSchema, place: string): string {
  if (Object.keys(whole(schema.not, place)).length === 0) return "never";
  throw new Error(`${place}: TypeScript cannot say "not"`);
}

function anythingText(schema: WireSchema, place: string): string {
  const shaping = Object.keys(schema).filter((keyword) => !SAID_IN_WORDS.has(keyword));
  if (shaping.length === 0) return "unknown";
  throw new Error(`${place}: do not know what ${shaping.join(", ")} without a type means`);
}

function refuseUnknownKeywords(schema: WireSchema, place: string): void {
  const strange = Object.keys(schema).find((word) => !UNDERSTOOD.has(word) && !SAID_IN_WORDS.has(word));
  if (strange !== undefined) throw new Error(`${place}: do not know the keyword "${strange}"`);
  // Several patterns on one string come as `allOf`; any other use would be lost here.
  for (const member of schema.allOf ?? []) {
    const shaping = Object.keys(member).find((word) => !SAID_IN_WORDS.has(word));
    if (shaping !== undefined) throw new Error(`${place}: an intersection that zod could not merge`);
  }
}

function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
