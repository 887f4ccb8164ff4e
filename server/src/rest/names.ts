import type { FieldError } from "@gatehouse/shared";
import { LEAF } from "./shapes.ts";
import type { Field, Shape } from "./shapes.ts";

/** Deeper than any input may be; what lies below keeps its names, and is refused by the procedure's own look at it. */
const DEEPEST = 70;

/** An answer in the names of REST. Keys that the schema does not name are free JSON and stay as they are. */
export function toWire(value: unknown, shape: Shape, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
  const { item, entry, fields } = shape;
  if (Array.isArray(value))
    return item === null ? value : value.map((each) => toWire(each, item(), depth + 1));
  if (fields.size === 0 && entry === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const field = fields.get(key);
      return [field?.wireName ?? key, toWire(inner, (field?.shape ?? entry)?.() ?? LEAF, depth + 1)];
    }),
  );
}

/**
 * An input in our own names. A key written as our code writes it (`workspaceId`) is as unknown to REST as any other:
 * one value must not have two names.
 */
export function fromWire(value: unknown, shape: Shape): { value: unknown; strangers: FieldError[] } {
  const strangers: FieldError[] = [];
  return { value: readWire(value, shape, { path: [], strangers }), strangers };
}

/** `items.3.expiresAt` as a caller of REST wrote it. */
export function toWirePath(path: string, shape: Shape): string {
  let place = shape;
  return path
    .split(".")
    .map((step) => {
      const field = place.fields.get(step);
      place = (field?.shape ?? place.item ?? place.entry)?.() ?? LEAF;
      return field?.wireName ?? step;
    })
    .join(".");
}

interface Place {
  path: readonly string[];
  strangers: FieldError[];
}

function readWire(value: unknown, shape: Shape, { path, strangers }: Place): unknown {
  if (typeof value !== "object" || value === null || path.length > DEEPEST) return value;
  const { item, entry } = shape;
  if (Array.isArray(value)) {
    if (item === null) return value;
    return value.map((each, index) => readWire(each, item(), { path: [...path, String(index)], strangers }));
  }
  const named = byWireName(shape);
  if (named.size === 0 && entry === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const here = [...path, key];
      const known = named.get(key);
      if (known === undefined && shape.fields.has(key))
        strangers.push({ path: here.join("."), message: `Unrecognized key: "${key}"` });
      const [name, field] = known ?? [key, undefined];
      return [name, readWire(inner, (field?.shape ?? entry)?.() ?? LEAF, { path: here, strangers })];
    }),
  );
}

function byWireName({ fields }: Shape): Map<string, [name: string, field: Field]> {
  return new Map([...fields].map(([name, field]) => [field.wireName, [name, field]]));
}
