/** As much of OpenAPI as a comparison reads. */
export interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
interface Operation {
  parameters?: { $ref?: string; name?: string; in?: string; required?: boolean }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

interface Both<Value> {
  before: Value;
  after: Value;
}
interface Walk {
  documents: Both<Description>;
  side: "sent" | "answered";
  place: string;
  /** Pairs of named schemas that are being compared already: some mention themselves. */
  seen: ReadonlySet<string>;
}

/**
 * What a program that was written against `before` would stumble over in `after`. New operations, new optional inputs,
 * new fields in answers and new error codes are none of it.
 */
export function breakingChanges(before: Description, after: Description): string[] {
  return Object.entries(before.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const place = `${method.toUpperCase()} ${path}`;
      const now = after.paths[path]?.[method];
      if (now === undefined) return [`${place} is gone`];
      const pair = { before: operation, after: now };
      const walk = { documents: { before, after }, place, seen: new Set<string>() };
      return [
        ...parameterChanges(pair, place),
        ...bodyChanges(pair, { ...walk, side: "sent" }),
        ...answerChanges(pair, { ...walk, side: "answered" }),
      ];
    }),
  );
}

function nameOf(each: { $ref?: string; name?: string; in?: string }): string {
  return each.$ref ?? `${each.in} parameter ${each.name}`;
}

function parameterChanges({ before, after }: Both<Operation>, place: string): string[] {
  const now = new Map((after.parameters ?? []).map((each) => [nameOf(each), each]));
  const earlier = new Map((before.parameters ?? []).map((each) => [nameOf(each), each]));
  return [
    ...[...earlier.keys()].filter((name) => !now.has(name)).map((name) => `${place} no longer takes ${name}`),
    ...[...now]
      .filter(([name, { required }]) => required === true && earlier.get(name)?.required !== true)
      .map(([name]) => `${place} now needs ${name}`),
  ];
}

function bodyChanges({ before, after }: Both<Operation>, walk: Walk): string[] {
  const [earlier, now] = [before, after].map(
    ({ requestBody }) => requestBody?.content["application/json"]?.schema ?? { type: "object" },
  );
  return schemaChanges({ before: earlier!, after: now! }, { ...walk, place: `${walk.place} body` });
}

function answerChanges({ before, after }: Both<Operation>, walk: Walk): string[] {
  return Object.entries(before.responses).flatMap(([status, { content }]) => {
    if (!status.startsWith("2")) return [];
    const now = after.responses[status];
    if (now === undefined) return [`${walk.place} no longer answers ${status}`];
    const earlier = content?.["application/json"]?.schema;
    const schema = now.content?.["application/json"]?.schema;
    if (earlier === undefined || schema === undefined) return [];
    return schemaChanges({ before: earlier, after: schema }, { ...walk, place: `${walk.place} answer` });
  });
}

function schemaChanges(pair: Both<Schema>, walk: Walk): string[] {
  const name = `${pair.before.$ref}|${pair.after.$ref}`;
  if (walk.seen.has(name) && pair.before.$ref !== undefined) return [];
  const deeper = { ...walk, seen: new Set([...walk.seen, name]) };
  const before = resolve(pair.before, walk.documents.before);
  const after = resolve(pair.after, walk.documents.after);
  return [
    ...valueChanges({ before, after }, walk),
    ...fieldChanges({ before, after }, deeper),
    ...(before.items !== undefined && after.items !== undefined
      ? schemaChanges({ before: before.items, after: after.items }, { ...deeper, place: `${walk.place}[]` })
      : []),
  ];
}

/** What could be sent must still be understood; what is answered must have been possible before. */
function valueChanges({ before, after }: Both<Schema>, { side, place }: Walk): string[] {
  const [narrow, wide] = side === "sent" ? [before, after] : [after, before];
  const types = new Set(typesOf(wide));
  const lost = types.size === 0 ? [] : typesOf(narrow).filter((type) => !types.has(type));
  const words = new Set(wide.enum ?? []);
  const unknown =
    side === "sent" && words.size > 0 ? (narrow.enum ?? []).filter((word) => !words.has(word)) : [];
  return [
    ...lost.map((type) =>
      side === "sent" ? `${place} can no longer be ${type}` : `${place} can now be ${type}`,
    ),
    ...unknown.map((word) => `${place} can no longer be ${JSON.stringify(word)}`),
  ];
}

function fieldChanges({ before, after }: Both<Schema>, walk: Walk): string[] {
  const { side, place } = walk;
  const earlier = before.properties ?? {};
  const now = after.properties ?? {};
  const missing = Object.keys(earlier).filter((name) => now[name] === undefined);
  const [must, mustBefore] = [new Set(after.required), new Set(before.required)];
  return [
    ...missing.map((name) =>
      side === "sent" ? `${place} no longer takes ${name}` : `${place} has no ${name}`,
    ),
    ...(side === "sent"
      ? [...must].filter((name) => !mustBefore.has(name)).map((name) => `${place} now needs ${name}`)
      : [...mustBefore]
          .filter((name) => now[name] !== undefined && !must.has(name))
          .map((name) => `${place} may lack ${name}`)),
    ...Object.entries(earlier).flatMap(([name, schema]) =>
      now[name] === undefined
        ? []
        : schemaChanges({ before: schema, after: now[name] }, { ...walk, place: `${place}.${name}` }),
    ),
  ];
}

function typesOf(schema: Schema): string[] {
  const members = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [...[schema.type ?? []].flat(), ...members.flatMap(typesOf)];
}

function resolve(schema: Schema, { components }: Description): Schema {
  if (schema.$ref === undefined) return schema;
  return components.schemas[schema.$ref.replace("#/components/schemas/", "")] ?? {};
}
