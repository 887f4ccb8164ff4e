import type { WireSchema } from "../../trpc/wire-schema.ts";
import { asSchema } from "../shapes.ts";
import type { Components } from "./components.ts";

/** What people would write, by the name of the field. Everything else is made from the type. */
const WORDS: Readonly<Record<string, string>> = {
  name: "Atlas",
  slug: "atlas",
  description: "Rockets for everybody",
  label: "Conference",
  reason: "Support ticket #1234",
  email: "ada@example.com",
  code: "7KQ4-M2ZD-9XTB",
  idempotency_key: "order-1234",
  next_cursor: "0199c0f4-2b7e-7c1a-9d3f-5a1e8b6c4d20",
  cursor: "0199c0f4-2b7e-7c1a-9d3f-5a1e8b6c4d20",
  clerk_id: "user_2abc",
  ip_allow: "203.0.113.7",
  pack_id: "starter",
  currency: "usd",
};

/** A value that a schema lets through, the same one every time. */
export function sampleOf(schema: WireSchema, components: Components, name = ""): unknown {
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.$ref !== undefined) return sampleOf(named(schema.$ref, components), components, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const members = schema.anyOf ?? schema.oneOf ?? [];
  // An instant that may be missing mostly is: `archived_at`, `revoked_at`.
  if (name.endsWith("_at") && members.some((each) => asSchema(each).type === "null")) return null;
  const [member] = members;
  if (member !== undefined) return sampleOf(asSchema(member), components, name);
  return plainSample(schema, components, name);
}

/** A sample of an object with all its fields, or with those only that cannot be left out. */
export function sampleObject(
  schema: WireSchema,
  components: Components,
  fields: "all" | "required",
): Record<string, unknown> {
  const required = new Set(schema.required);
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).flatMap(([name, value]) =>
      fields === "all" || required.has(name) ? [[name, sampleOf(asSchema(value), components, name)]] : [],
    ),
  );
}

function plainSample(schema: WireSchema, components: Components, name: string): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "string":
      return textSample(schema, name);
    case "integer":
    case "number":
      return Math.max(1, schema.minimum ?? 1);
    case "boolean":
      return true;
    case "array":
      return typeof schema.items === "object" ? [sampleOf(asSchema(schema.items), components, name)] : [];
    case "object":
      return sampleObject(schema, components, "all");
    case "null":
    case undefined:
    default:
      return null;
  }
}

function textSample({ format, pattern, minLength = 1 }: WireSchema, name: string): string {
  switch (format) {
    case "uuid":
      return "0199c0f4-2b7e-7c1a-9d3f-5a1e8b6c4d20";
    case "date-time":
      return "2030-01-15T09:30:00.000Z";
    case "date":
      return "2030-01-15";
    case "email":
      return "ada@example.com";
    case "uri":
      return "https://example.com/";
    case undefined:
    default:
      return WORDS[name] ?? idLike(pattern) ?? "text".padEnd(minLength, "x");
  }
}

/** A pattern of an id begins with the word that its makers put before it: `mch_`. */
function idLike(pattern: string | undefined): string | undefined {
  const word = /^\^([a-z]+_)/.exec(pattern ?? "")?.[1];
  return word === undefined ? undefined : `${word}2abc`;
}

function named(ref: string, { schemas }: Components): WireSchema {
  return schemas.get(ref.replace("#/components/schemas/", "")) ?? {};
}
