import type { WireSchema } from "../../trpc/wire-schema.ts";
import { asSchema, toWireName } from "../shapes.ts";

/** The named schemas of the document, filled while its operations are described. */
export interface Components {
  schemas: Map<string, WireSchema>;
  /** The names that our code uses and REST writes otherwise; descriptions speak of them, too. */
  names: ReadonlySet<string>;
}

/** Where a schema comes from: what its `$defs` were, and on which side of a call it stands. */
export interface Origin {
  named: ReadonlyMap<string, WireSchema>;
  side: "input" | "output";
  components: Components;
}

const EXACT_FORMATS = new Set(["uuid", "date-time", "email", "uri", "date", "ipv4", "ipv6"]);
const SAFE = Number.MAX_SAFE_INTEGER;

/** A schema in the names of REST, with what it refers to among the components. */
export function toWireSchema(schema: WireSchema, origin: Origin): WireSchema {
  if (schema.$ref !== undefined) return { $ref: refer(schema.$ref, origin) };
  return inOrder({
    ...withoutNoise(schema, origin),
    ...reworded(schema, origin.components),
    ...renamedFields(schema, origin),
    ...nested(schema, origin),
  });
}

/** Adds a schema of our own making under its name. Two that differ must not share one. */
export function addSchema(name: string, schema: WireSchema, { schemas }: Components): string {
  const there = schemas.get(name);
  if (there !== undefined && JSON.stringify(there) !== JSON.stringify(schema))
    throw new Error(`two different schemas want to be called ${name}`);
  schemas.set(name, schema);
  return `#/components/schemas/${name}`;
}

function refer(ref: string, origin: Origin): string {
  const name = ref.replace("#/$defs/", "");
  const meant = origin.named.get(name);
  if (meant === undefined || name.startsWith("__"))
    throw new Error(`a schema used inside itself needs .meta({ id }): ${ref}`);
  // An input may be looser than the output of the same name: what has a default may be left out.
  const written = origin.side === "input" ? `${name}Input` : name;
  const { schemas } = origin.components;
  if (!schemas.has(written)) {
    schemas.set(written, {});
    schemas.set(written, toWireSchema(meant, origin));
  }
  return `#/components/schemas/${written}`;
}

/** What zod says beside what we mean: regular expressions of known formats, the bounds of whole numbers, its own names. */
function withoutNoise(schema: WireSchema, { side }: Origin): WireSchema {
  const { id: _id, $schema: _dialect, $defs: _defs, ...rest } = schema;
  if (rest.format !== undefined && EXACT_FORMATS.has(rest.format)) delete rest.pattern;
  if (rest.minimum === -SAFE) delete rest.minimum;
  if (rest.maximum === SAFE) delete rest.maximum;
  // A new field in an answer is no breaking change, so nobody may be told that there will be none.
  if (side === "output" && rest.additionalProperties === false) delete rest.additionalProperties;
  return rest;
}

/** `nextCursor` in a description and in an example is `next_cursor` here. */
function reworded({ description, examples }: WireSchema, { names }: Components): WireSchema {
  return {
    ...(description === undefined
      ? {}
      : {
          description: description.replaceAll(/`(\w+)`/g, (quoted, name: string) =>
            names.has(name) ? `\`${toWireName(name)}\`` : quoted,
          ),
        }),
    ...(examples === undefined ? {} : { examples: examples.map(renameKeys) }),
  };
}

function renameKeys(example: unknown): unknown {
  if (typeof example !== "object" || example === null || Array.isArray(example)) return example;
  return Object.fromEntries(Object.entries(example).map(([key, value]) => [toWireName(key), value]));
}

function renamedFields({ properties, required }: WireSchema, origin: Origin): WireSchema {
  if (properties === undefined) return {};
  const fields = Object.entries(properties).map(
    ([name, value]) => [toWireName(name), toWireSchema(asSchema(value), origin)] as const,
  );
  return {
    properties: Object.fromEntries(fields),
    ...(required === undefined ? {} : { required: required.map(toWireName) }),
  };
}

function nested(schema: WireSchema, origin: Origin): WireSchema {
  const all = (members: readonly unknown[]): WireSchema[] =>
    members.map((member) => toWireSchema(asSchema(member), origin));
  const { items, prefixItems, anyOf, oneOf, allOf, additionalProperties } = schema;
  return {
    ...(typeof items === "object" ? { items: toWireSchema(asSchema(items), origin) } : {}),
    ...(prefixItems === undefined ? {} : { prefixItems: all(prefixItems) }),
    ...(anyOf === undefined ? {} : { anyOf: all(anyOf) }),
    ...(oneOf === undefined ? {} : { oneOf: all(oneOf) }),
    ...(allOf === undefined ? {} : { allOf: all(allOf) }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: toWireSchema(asSchema(additionalProperties), origin) }
      : {}),
  };
}

/** What a reader looks for comes first, whatever order zod printed it in. */
function inOrder(schema: WireSchema): WireSchema {
  const { title, description, type, format, ...rest } = schema;
  const first = { title, description, type, format };
  return { ...Object.fromEntries(Object.entries(first).filter(([, value]) => value !== undefined)), ...rest };
}
