import { wireShape } from "../../trpc/wire-schema.ts";
import type { WireSchema } from "../../trpc/wire-schema.ts";
import { readerOf } from "../answer.ts";
import { fieldsBesidePath, hasBody, isRepeatable } from "../routes.ts";
import type { RestRoute } from "../routes.ts";
import { asSchema, toWireName } from "../shapes.ts";
import { addSchema, toWireSchema } from "./components.ts";
import type { Components, Origin } from "./components.ts";
import { describeRefusals } from "./refusals.ts";
import { sampleObject, sampleOf } from "./samples.ts";

export interface Describing {
  routes: readonly RestRoute[];
  components: Components;
  responses: Map<string, object>;
}

/** One route as an operation of OpenAPI 3.1. */
export function describeOperation(route: RestRoute, describing: Describing): object {
  const { card } = route;
  const parameters = [...pathAndQuery(route, describing), ...headers(route)];
  const body = hasBody(route) ? describeBody(route, describing) : null;
  return {
    operationId: operationIdOf(card.path),
    tags: [tagOf(route)],
    summary: card.summary,
    ...describeNeeds(route),
    security: SECURITY[card.guard],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null ? {} : { requestBody: body }),
    responses: { ...describeAnswer(route, describing), ...describeRefusals(route, describing.responses) },
  };
}

function describeNeeds({ card: { permission, feature } }: RestRoute): { description?: string } {
  if (permission === undefined) return {};
  const tiers = feature === undefined ? "" : ` The operator may keep it for higher tiers (\`${feature}\`).`;
  return { description: `Needs \`${permission}\` in the workspace.${tiers}` };
}

const SECURITY: Readonly<Record<RestRoute["card"]["guard"], readonly object[]>> = {
  // Whoever asks is answered; a credential is looked at where there is one.
  public: [{}, { bearer: [] }],
  protected: [{ bearer: [] }],
  workspace: [{ bearer: [] }],
  admin: [{ adminKey: [] }, { bearer: [] }],
};

/** `admin.credits.adjust` is `adminCreditsAdjust`. */
export function operationIdOf(path: string): string {
  return path.replaceAll(/\.(\w)/g, (_dot, letter: string) => letter.toUpperCase());
}

/** The noun that the path begins with. */
export function tagOf({ path }: RestRoute): string {
  return path.split("/")[1] ?? "";
}

function typeNameOf(path: string): string {
  const id = operationIdOf(path);
  return id.charAt(0).toUpperCase() + id.slice(1);
}

function originOf(route: RestRoute, components: Components): Origin {
  const named = Object.entries(route.input.$defs ?? {}).map(
    ([name, schema]) => [name, asSchema(schema)] as const,
  );
  return { named: new Map(named), side: "input", components };
}

function pathAndQuery(route: RestRoute, { components }: Describing): object[] {
  const origin = originOf(route, components);
  const inPath = [...route.inPath].map((name) => ({
    ...parameter(name, asSchema(route.input.properties?.[name]), origin),
    in: "path",
    required: true,
  }));
  if (hasBody(route)) return inPath;
  const required = new Set(route.input.required);
  const inQuery = fieldsBesidePath(route).map(([name, schema]) => ({
    ...parameter(name, schema, origin),
    in: "query",
    ...(required.has(name) ? { required: true } : {}),
  }));
  return [...inPath, ...inQuery];
}

function parameter(name: string, schema: WireSchema, origin: Origin): object {
  const { description, ...rest } = toWireSchema(schema, origin);
  return {
    name: toWireName(name),
    in: "",
    ...(description === undefined ? {} : { description }),
    schema: rest,
  };
}

function headers(route: RestRoute): object[] {
  const { card, input, inPath } = route;
  const asks = (field: string): boolean => input.properties?.[field] !== undefined && !inPath.has(field);
  return [
    ...(card.guard === "workspace" && asks("workspaceId") ? ["WorkspaceId"] : []),
    ...(asks("idempotencyKey") || isRepeatable(route) ? ["IdempotencyKey"] : []),
    ...(asks("version") ? ["IfMatch"] : []),
  ].map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function describeBody(route: RestRoute, { components }: Describing): object | null {
  const fields = fieldsBesidePath(route);
  if (fields.length === 0) return null;
  // What a header can say need not stand in the body.
  const required = fields.map(([name]) => name).filter((name) => isRequired(name, route));
  const { required: _all, ...rest } = route.input;
  const whole: WireSchema = {
    ...rest,
    properties: Object.fromEntries(fields),
    ...(required.length > 0 ? { required } : {}),
  };
  const schema = withSpokenDefaults(toWireSchema(whole, originOf(route, components)));
  const $ref = addSchema(`${typeNameOf(route.card.path)}Body`, schema, components);
  const example = bodySample(schema, components);
  return { required: required.length > 0, content: { "application/json": { schema: { $ref }, example } } };
}

/**
 * Generators take a field with a `default` for one that must be sent. In a body the default is said in words, so that
 * what may be left out may be left out in every language.
 */
function withSpokenDefaults({ properties = {}, ...rest }: WireSchema): WireSchema {
  const fields = Object.entries(properties).map(([name, value]) => {
    const { default: given, description, ...schema } = asSchema(value);
    if (given === undefined) return [name, value] as const;
    const words = [description, `\`${JSON.stringify(given)}\` where it is left out`]
      .filter(Boolean)
      .join("; ");
    return [name, { description: words, ...schema }] as const;
  });
  return { ...rest, properties: Object.fromEntries(fields) };
}

/** What people would send: what they must, or where nothing must be sent, what they may change. */
function bodySample(schema: WireSchema, components: Components): unknown {
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.required !== undefined) return sampleObject(schema, components, "required");
  const { workspace_id: _inHeader, version: _ifMatch, ...rest } = sampleObject(schema, components, "all");
  return rest;
}

function isRequired(name: string, { input }: RestRoute): boolean {
  return name !== "idempotencyKey" && input.required?.includes(name) === true;
}

function describeAnswer(route: RestRoute, { components, routes }: Describing): object {
  const { card, creates, output, outputShape } = route;
  if (output.type === "null") return { "204": { description: "Done" } };
  const { schema, named } = wireShape(card.output, "output", card.path);
  const wire = toWireSchema(schema, { named, side: "output", components });
  const answer = {
    description: creates ? "Made" : "Done",
    headers: {
      "X-Request-Id": { $ref: "#/components/headers/RequestId" },
      ...(creates && readerOf(route, routes) !== undefined
        ? { Location: { $ref: "#/components/headers/Location" } }
        : {}),
      ...(outputShape.fields.has("version") ? { ETag: { $ref: "#/components/headers/ETag" } } : {}),
      ...(outputShape.fields.has("nextCursor") ? { Link: { $ref: "#/components/headers/Link" } } : {}),
    },
    content: { "application/json": { schema: wire, example: sampleOf(wire, components) } },
  };
  return { [creates ? "201" : "200"]: answer };
}
