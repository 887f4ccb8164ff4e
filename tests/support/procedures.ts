import type { Guard } from "@gatehouse/shared";
import type { AnyProcedure } from "@trpc/server";
import { z } from "zod";
import { appRouter } from "../../server/src/router.ts";
import type { ProcedureMeta } from "../../server/src/trpc/init.ts";
import { post, send } from "./raw.ts";
import type { RawAnswer } from "./raw.ts";
import { testServer } from "./server.ts";

/** A procedure as the router lists it. */
export interface ListedProcedure {
  path: string;
  type: "query" | "mutation" | "subscription";
  guard: Guard;
  meta: ProcedureMeta;
  input: z.ZodType | null;
}

/** Every procedure of the product; one that is written tomorrow is here tomorrow. */
export function everyProcedure(): ListedProcedure[] {
  const procedures = appRouter._def.procedures as unknown as Record<string, AnyProcedure>;
  return Object.entries(procedures).map(([path, { _def }]) => {
    const definition = _def as unknown as {
      type: ListedProcedure["type"];
      meta: ProcedureMeta;
      inputs: z.ZodType[];
    };
    return {
      path,
      type: definition.type,
      guard: definition.meta.guard!,
      meta: definition.meta,
      input: definition.inputs[0] ?? null,
    };
  });
}

export function proceduresOf(guard: Guard): ListedProcedure[] {
  return everyProcedure().filter((each) => each.guard === guard);
}

/** Calls a procedure over plain HTTP with any input. */
export function call({ path, type }: ListedProcedure, input: unknown, token?: string): Promise<RawAnswer> {
  if (type === "mutation") return post(path, input, token);
  if (type === "subscription") return listen(path, input, token);
  return send(
    `/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`,
    token === undefined ? {} : { token },
  );
}

/** The first thing that a stream says after "connected", as if it were an answer. */
async function listen(path: string, input: unknown, token?: string): Promise<RawAnswer> {
  const { url } = await testServer();
  const leave = new AbortController();
  const answer = await fetch(`${url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: leave.signal,
  });
  let text = "";
  const decoder = new TextDecoder();
  for await (const part of answer.body!) {
    text += decoder.decode(part, { stream: true });
    if (/\n\n\n[^]*data: .*\n/.test(text)) break;
  }
  leave.abort();
  const said = JSON.parse(/\n\n\n[^]*?data: (.*)\n/.exec(text)![1]!) as { data?: Record<string, unknown> };
  const { code = null, httpStatus = answer.status, reason = null } = said.data ?? {};
  const known = { code: code as string | null, status: Number(httpStatus), reason: reason as string | null };
  return { ...known, headers: answer.headers, text, json: { error: said } };
}

interface JsonSchema {
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minItems?: number;
  minimum?: number;
  minLength?: number;
}

/**
 * An input that the procedure's own schema accepts, made from that schema.
 *
 * @param ids what to put where a field of this name asks for an id
 * @param more fields that stand in it as they are
 */
export function sampleInput(
  { input, path }: ListedProcedure,
  ids: Record<string, string>,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  if (input === null) return {};
  const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const wanted = Object.entries(schema.properties ?? {}).filter(
    ([name]) => schema.required?.includes(name) === true || name in ids,
  );
  const made = Object.fromEntries(wanted.map(([name, each]) => [name, ids[name] ?? sampleOf(each)]));
  const sample = { ...made, ...more };
  const { error } = input.safeParse(sample);
  if (error !== undefined) throw new Error(`no input could be made for ${path}: ${error.message}`);
  return sample;
}

/** The fields of an input that take a text, in any form: those that need not be there, too. */
export function textFieldsOf({ input }: ListedProcedure): string[] {
  if (input === null) return [];
  const { properties = {} } = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const takesText = (schema: JsonSchema): boolean =>
    (schema.type === "string" && schema.enum === undefined && schema.const === undefined) ||
    (schema.anyOf ?? []).some(takesText);
  return Object.keys(properties).filter((name) => takesText(properties[name]!));
}

function sampleOf(schema: JsonSchema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf?.[0] !== undefined) return sampleOf(schema.anyOf[0]);
  switch (schema.type) {
    case "string":
      return sampleText(schema);
    case "integer":
    case "number":
      return Math.max(1, schema.minimum ?? 1);
    case "boolean":
      return true;
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items ?? {}));
    default:
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, sampleOf(schema.properties?.[name] ?? {})]),
      );
  }
}

function sampleText({ format, pattern, minLength = 1 }: JsonSchema): string {
  if (format === "uuid") return "0199c0f4-0000-7000-8000-000000000000";
  if (format === "email") return "someone@example.com";
  if (format === "date-time") return "2099-01-01T00:00:00.000Z";
  if (format === "uri") return "https://example.com/";
  if (pattern?.startsWith("^mch_") === true) return "mch_nobodys";
  return "x".repeat(Math.max(1, minLength));
}
