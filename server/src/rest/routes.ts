import type { AnyRouter } from "@trpc/server";
import { readProcedures } from "../trpc/read-procedures.ts";
import type { ProcedureCard } from "../trpc/read-procedures.ts";
import type { WireSchema } from "../trpc/wire-schema.ts";
import { fitsQuery } from "./query.ts";
import { LEAF, asSchema, printSchema, shapeOf, toWireName } from "./shapes.ts";
import type { Shape } from "./shapes.ts";

/** Where the canonical paths begin. */
export const BASE = "/api/v1";

export type RestMethod = "GET" | "POST" | "PATCH" | "DELETE";

/** A procedure as REST offers it. */
export interface RestRoute {
  method: RestMethod;
  /** Below `BASE`, in the names of REST: `/projects/{project_id}`. */
  path: string;
  /** `{ name: "projectId" }` takes any text, and the others are matched to the letter. */
  steps: readonly Step[];
  card: ProcedureCard;
  /** The fields of the input that stand in the path. */
  inPath: ReadonlySet<string>;
  /** What the procedure asks for, as JSON Schema; no properties where it asks for nothing. */
  input: WireSchema;
  inputShape: Shape;
  output: WireSchema;
  outputShape: Shape;
  /** Answers 201: something has been made that was not there before. */
  creates: boolean;
}

export type Step = string | { name: string };

/** The routes of a router, in the order of its source. A procedure that names no REST path has none, on purpose. */
export function readRoutes(router: AnyRouter): RestRoute[] {
  return readProcedures(router).flatMap((card) =>
    card.rest === undefined ? [] : [readRoute(card, { ...card.rest, method: asMethod(card.rest.method) })],
  );
}

function readRoute(card: ProcedureCard, rest: { method: RestMethod; path: string }): RestRoute {
  const steps = rest.path.slice(1).split("/").map(readStep);
  const [schema] = card.inputs;
  const input = schema === undefined ? {} : printSchema(schema, "input");
  const output = printSchema(card.output, "output");
  const inPath = new Set(steps.flatMap((step) => (typeof step === "string" ? [] : [step.name])));
  for (const name of inPath)
    if (input.properties?.[name] === undefined) throw new Error(`${card.path}: its input has no ${name}`);
  const route: RestRoute = {
    method: rest.method,
    path: `/${steps.map((step) => (typeof step === "string" ? step : `{${toWireName(step.name)}}`)).join("/")}`,
    steps,
    card,
    inPath,
    input,
    inputShape: schema === undefined ? LEAF : shapeOf(input),
    output,
    outputShape: shapeOf(output),
    creates: rest.method === "POST" && /\.create[A-Z]?[^.]*$/.test(card.path),
  };
  const unfit = hasBody(route)
    ? undefined
    : fieldsBesidePath(route).find(([, field]) => !fitsQuery(field, input));
  if (unfit !== undefined) throw new Error(`${card.path}: ${unfit[0]} cannot be said in a query`);
  return route;
}

/** The fields that a call may send beside those of its path: in the query of a GET or DELETE, else in the body. */
export function fieldsBesidePath({ input, inPath }: RestRoute): [name: string, schema: WireSchema][] {
  return Object.entries(input.properties ?? {}).flatMap(([name, schema]) =>
    inPath.has(name) ? [] : [[name, asSchema(schema)]],
  );
}

/** Whether the input travels in a body. A DELETE has none: many clients and proxies drop it. */
export function hasBody({ method }: Pick<RestRoute, "method">): boolean {
  return method === "POST" || method === "PATCH";
}

/**
 * Whether a call may carry an Idempotency-Key of HTTP's own: its answer is kept for a day. Not where the input has such
 * a key itself, and never where the answer holds a secret, which is shown once and stored nowhere.
 */
export function isRepeatable({ card, input, outputShape }: RestRoute): boolean {
  if (card.kind !== "mutation" || input.properties?.["idempotencyKey"] !== undefined) return false;
  return !["secret", "code", "token"].some((name) => outputShape.fields.has(name));
}

function readStep(text: string): Step {
  const name = /^\{(\w+)\}$/.exec(text)?.[1];
  return name === undefined ? text : { name };
}

function asMethod(text: string): RestMethod {
  if (text === "GET" || text === "POST" || text === "PATCH" || text === "DELETE") return text;
  throw new Error(`REST has no method ${text}`);
}
