import { z } from "zod";

/** A JSON Schema as zod prints it. */
export type WireSchema = z.core.JSONSchema.BaseSchema;
export type Direction = "input" | "output";

export interface WireShape {
  schema: WireSchema;
  /** Whether the whole value may be left out. */
  optional: boolean;
  /** The named schemas that it mentions, by the `id` of their `.meta({ id })`. */
  named: ReadonlyMap<string, WireSchema>;
}

/**
 * What a zod schema lets through, as JSON Schema. What JSON cannot carry (dates, transforms, big integers,
 * files) throws here and names the place.
 */
export function wireShape(schema: z.ZodType, direction: Direction, place: string): WireShape {
  // In a tuple of one even the outermost schema is printed by its name, and shows whether it may be missing.
  const tuple = inPlace(place, () => z.toJSONSchema(z.tuple([schema]), { io: direction }));
  const [only] = tuple.prefixItems ?? [];
  if (only === undefined) throw new Error(`${place}: zod printed no schema`);
  return {
    schema: whole(only, place),
    optional: tuple.minItems !== 1,
    named: new Map(Object.entries(tuple.$defs ?? {})),
  };
}

/** JSON Schema may say `true` or `false` in place of a schema; nothing of ours prints so. */
export function whole(schema: unknown, place: string): WireSchema {
  if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) return { ...schema };
  throw new Error(`${place}: expected one schema, got ${JSON.stringify(schema)}`);
}

/** The name behind `$ref`. Names become names of types, so they have to look like one. */
export function referredName(ref: string, place: string): string {
  const name = ref.replace("#/$defs/", "");
  if (/^[A-Z][A-Za-z0-9]*$/.test(name)) return name;
  throw new Error(`${place}: cannot name "${ref}"; a schema used inside itself needs .meta({ id: "Name" })`);
}

function inPlace<Value>(place: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
