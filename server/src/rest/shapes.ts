import { z } from "zod";
import type { WireSchema } from "../trpc/wire-schema.ts";

/**
 * What names a value has, and where. Keys of free JSON are no names: a record has values and nothing to rename.
 * A union has all the parts that its members have; the value itself shows which of them is meant.
 */
export interface Shape {
  /** By the name that our code uses. */
  readonly fields: ReadonlyMap<string, Field>;
  readonly item: (() => Shape) | null;
  readonly entry: (() => Shape) | null;
}

export interface Field {
  /** As REST writes it: `has_product_access`. */
  readonly wireName: string;
  readonly shape: () => Shape;
}

export const LEAF: Shape = { fields: new Map(), item: null, entry: null };

/** `hasProductAccess` is `has_product_access` in REST. */
export function toWireName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * zod's own printing, with the outermost schema itself and no reference to it. What JSON cannot say is left open
 * rather than refused: only names and types are read here.
 */
export function printSchema(schema: z.ZodType, io: "input" | "output"): WireSchema {
  const { $ref, ...whole }: WireSchema = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return $ref === undefined ? whole : { ...followRef($ref, whole), $defs: whole.$defs ?? {} };
}

/** Reads the names out of a schema. Schemas that mention themselves are followed when a value goes there. */
export function shapeOf(whole: WireSchema): Shape {
  return readShape(whole, { whole, known: new Map() });
}

interface Reading {
  whole: WireSchema;
  /** Each named schema is read once. */
  known: Map<string, Shape>;
}

function readShape(schema: WireSchema, reading: Reading): Shape {
  if (schema.$ref !== undefined) return readNamed(schema.$ref, reading);
  const members = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [ownShape(schema, reading), ...members.map((member) => readShape(asSchema(member), reading))].reduce(
    together,
  );
}

function readNamed(ref: string, reading: Reading): Shape {
  const known = reading.known.get(ref);
  if (known !== undefined) return known;
  // A union that mentions itself asks for its own shape while it is read: it gets nothing new from itself.
  reading.known.set(ref, LEAF);
  const shape = readShape(followRef(ref, reading.whole), reading);
  reading.known.set(ref, shape);
  return shape;
}

function ownShape(schema: WireSchema, reading: Reading): Shape {
  const fields = new Map(
    Object.entries(schema.properties ?? {}).map(([name, value]) => [
      name,
      { wireName: toWireName(name), shape: later(value, reading) },
    ]),
  );
  const others = schema.additionalProperties;
  return {
    fields,
    item: isSchema(schema.items) ? later(schema.items, reading) : null,
    entry: schema.properties === undefined && isSchema(others) ? later(others, reading) : null,
  };
}

function later(value: unknown, reading: Reading): () => Shape {
  let shape: Shape | undefined;
  return () => (shape ??= readShape(asSchema(value), reading));
}

function together(one: Shape, other: Shape): Shape {
  return {
    fields: new Map([...one.fields, ...other.fields]),
    item: one.item ?? other.item,
    entry: one.entry ?? other.entry,
  };
}

/** The schema behind `$ref`: `#` is the whole, everything else stands among its `$defs`. */
export function followRef(ref: string, whole: WireSchema): WireSchema {
  return ref === "#" ? whole : asSchema(whole.$defs?.[ref.replace("#/$defs/", "")]);
}

/** JSON Schema may say `true` for "anything", which is the empty schema. */
export function asSchema(value: unknown): WireSchema {
  return isSchema(value) ? value : {};
}

function isSchema(value: unknown): value is WireSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
