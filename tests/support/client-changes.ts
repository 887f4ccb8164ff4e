import type { ApiDescription } from "../../server/src/cli/generate/describe-api.ts";
import type { Direction, WireSchema } from "../../server/src/trpc/wire-schema.ts";

interface Both<Value> {
  before: Value;
  after: Value;
}
interface Walk {
  apis: Both<ApiDescription>;
  direction: Direction;
  place: string;
  /** Pairs of named schemas that are being compared already: some mention themselves. */
  seen: ReadonlySet<string>;
}

/**
 * What code that was written against `before` would stumble over in `after`, each in a sentence. What was sent must
 * still be taken, and what is answered must have been possible before: new procedures, new optional inputs, new fields
 * of answers and new error codes are fine.
 */
export function breakingChanges(before: ApiDescription, after: ApiDescription): string[] {
  return Object.entries(before.procedures).flatMap(([path, earlier]) => {
    const now = after.procedures[path];
    if (now === undefined) return [`${path} is gone`];
    if (now.kind !== earlier.kind) return [`${path} was a ${earlier.kind} and is a ${now.kind}`];
    const walk = { apis: { before, after }, seen: new Set<string>() };
    return [
      // Each kind of client has the procedures of its guards; all of them have the public ones.
      ...(now.guard === earlier.guard || now.guard === "public"
        ? []
        : [`${path} was for ${earlier.guard} callers and is for ${now.guard} ones`]),
      ...schemaChanges(
        { before: earlier.input, after: now.input },
        { ...walk, direction: "input", place: `${path} input` },
      ),
      ...schemaChanges(
        { before: earlier.output, after: now.output },
        { ...walk, direction: "output", place: `${path} answer` },
      ),
    ];
  });
}

/** Whether a release may break what was written against an earlier one: a new major, or below 1.0 a new minor. */
export function mayBreak(released: string, version: string): boolean {
  const [[major = 0, minor = 0], [majorNow = 0, minorNow = 0]] = [parts(released), parts(version)];
  return majorNow > major || (major === 0 && majorNow === 0 && minorNow > minor);
}

const parts = (version: string): number[] => version.split(".").map(Number);

function schemaChanges(named: Both<WireSchema>, walk: Walk): string[] {
  const names = `${named.before.$ref}|${named.after.$ref}`;
  if (named.before.$ref !== undefined && walk.seen.has(names)) return [];
  const deeper = { ...walk, seen: new Set([...walk.seen, names]) };
  const pair = {
    before: resolve(named.before, walk.apis.before, walk.direction),
    after: resolve(named.after, walk.apis.after, walk.direction),
  };
  if (membersOf(pair.before).length > 1 || membersOf(pair.after).length > 1)
    return unionChanges(pair, deeper);
  return [...valueChanges(pair, walk), ...fieldChanges(pair, deeper), ...itemChanges(pair, deeper)];
}

/** Each member of the side that must fit has to fit into one of the other side. */
function unionChanges(pair: Both<WireSchema>, walk: Walk): string[] {
  const members = { before: membersOf(pair.before), after: membersOf(pair.after) };
  const [fitting, wider] =
    walk.direction === "input" ? (["before", "after"] as const) : (["after", "before"] as const);
  return members[fitting].flatMap((member) => {
    const tries = members[wider].map((other) =>
      schemaChanges(
        fitting === "before" ? { before: member, after: other } : { before: other, after: member },
        walk,
      ),
    );
    const closest = tries.toSorted((left, right) => left.length - right.length)[0];
    if (closest !== undefined && closest.length <= 1) return closest;
    return [`${walk.place} can ${walk.direction === "input" ? "no longer" : "now"} be ${summary(member)}`];
  });
}

function valueChanges({ before, after }: Both<WireSchema>, { direction, place }: Walk): string[] {
  const [fitting, wider] = direction === "input" ? [before, after] : [after, before];
  const verb = direction === "input" ? "can no longer be" : "can now be";
  const types = typesOf(wider);
  const foreign = types.size === 0 ? [] : [...typesOf(fitting)].filter((type) => !holds(types, type));
  if (types.size > 0 && typesOf(fitting).size === 0) foreign.push("anything");
  if (foreign.length > 0) return foreign.map((type) => `${place} ${verb} ${type}`);

  const [words, allowed] = [wordsOf(fitting), wordsOf(wider)];
  if (allowed !== null && words === null) return [`${place} ${verb} any ${[...types].join(" or ")}`];
  const unknown = (words ?? []).filter((word) => allowed !== null && !allowed.includes(word));
  return [
    ...unknown.map((word) => `${place} ${verb} ${JSON.stringify(word)}`),
    ...(direction === "input" ? limitChanges({ before, after }, place) : []),
  ];
}

const LOWER = ["minimum", "exclusiveMinimum", "minLength", "minItems"] as const;
const UPPER = ["maximum", "exclusiveMaximum", "maxLength", "maxItems"] as const;
const FORMS = ["pattern", "format", "multipleOf"] as const;

/** What an input has to keep to and did not have to before. */
function limitChanges({ before, after }: Both<WireSchema>, place: string): string[] {
  const told = (name: string, earlier: unknown, now: unknown) =>
    `${place} has ${name} ${JSON.stringify(now)}, and had ${JSON.stringify(earlier) ?? "none"}`;
  const raised = LOWER.filter((name) => (after[name] ?? -Infinity) > (before[name] ?? -Infinity));
  const lowered = UPPER.filter((name) => (after[name] ?? Infinity) < (before[name] ?? Infinity));
  const formed = FORMS.filter((name) => after[name] !== undefined && after[name] !== before[name]);
  return [...raised, ...lowered, ...formed].map((name) => told(name, before[name], after[name]));
}

function fieldChanges({ before, after }: Both<WireSchema>, walk: Walk): string[] {
  const { direction, place } = walk;
  const [earlier, now] = [before.properties ?? {}, after.properties ?? {}];
  const [mustBefore, must] = [new Set(before.required), new Set(after.required)];
  const needed = [...must].filter((name) => !mustBefore.has(name));
  const lacking = [...mustBefore].filter((name) => Object.hasOwn(now, name) && !must.has(name));
  return [
    ...(direction === "input"
      ? needed.map((name) => `${place} now needs ${name}`)
      : lacking.map((name) => `${place} may lack ${name}`)),
    ...Object.entries(earlier).flatMap(([name, schema]) => {
      const other = now[name];
      const gone = `${place} ${direction === "input" ? "no longer takes" : "has no"} ${name}`;
      if (other === undefined) return [gone];
      return schemaChanges(
        { before: asSchema(schema), after: asSchema(other) },
        { ...walk, place: `${place}.${name}` },
      );
    }),
    ...inside(
      { before: before.additionalProperties, after: after.additionalProperties },
      { ...walk, place: `${place}.*` },
    ),
  ];
}

function itemChanges({ before, after }: Both<WireSchema>, walk: Walk): string[] {
  const places = Math.max(before.prefixItems?.length ?? 0, after.prefixItems?.length ?? 0);
  return [
    ...inside(
      { before: only(before.items), after: only(after.items) },
      { ...walk, place: `${walk.place}[]` },
    ),
    ...Array.from({ length: places }, (_, index) =>
      inside(
        { before: before.prefixItems?.[index], after: after.prefixItems?.[index] },
        { ...walk, place: `${walk.place}[${index}]` },
      ),
    ).flat(),
  ];
}

/** Of what is in lists and maps. Strict objects allow nothing else, which is no schema. */
function inside({ before, after }: Both<unknown>, walk: Walk): string[] {
  if (!isSchema(before) && !isSchema(after)) return [];
  if (!isSchema(after))
    return walk.direction === "input" ? [`${walk.place} is no longer taken`] : [`${walk.place} is gone`];
  if (!isSchema(before)) return [];
  return schemaChanges({ before: asSchema(before), after: asSchema(after) }, walk);
}

const isSchema = (value: unknown): boolean => typeof value === "object" && value !== null;
const only = (items: unknown): unknown => (Array.isArray(items) ? undefined : items);

function membersOf(schema: WireSchema): WireSchema[] {
  const members = schema.anyOf ?? schema.oneOf;
  return members === undefined ? [schema] : members.map((member) => asSchema(member));
}

function typesOf({ type }: WireSchema): Set<string> {
  return new Set(type === undefined ? [] : [type].flat());
}

function holds(types: ReadonlySet<string>, type: string): boolean {
  return types.has(type) || (type === "integer" && types.has("number"));
}

/** The values that are allowed, if they are listed. */
function wordsOf(schema: WireSchema): unknown[] | null {
  return "const" in schema ? [schema.const] : (schema.enum ?? null);
}

function summary(schema: WireSchema): string {
  const words = wordsOf(schema);
  if (words !== null) return words.map((word) => JSON.stringify(word)).join(" or ");
  return schema.$ref?.replace("#/$defs/", "") ?? [...typesOf(schema)].join(" or ");
}

function resolve(schema: WireSchema, { types }: ApiDescription, direction: Direction): WireSchema {
  if (schema.$ref === undefined) return schema;
  return types[direction][schema.$ref.replace("#/$defs/", "")] ?? {};
}

/** A schema that says nothing allows everything. */
function asSchema(value: unknown): WireSchema {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
