import { z } from "zod";
import type { Context } from "hono";
import { ClerkError, unprocessable } from "./errors.ts";

/**
 * The SDK parses an answer only when its content type is exactly `application/json`: a charset behind it makes it hand
 * the raw text to the caller.
 */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/json" },
  });
}

/** The body under its schema. Clerk's API takes JSON, its Frontend API forms; both are read everywhere. */
export async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  return check(schema, await rawBody(c));
}

export function check<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue?.path.join(".") ?? "";
  const missing = issue?.code === "invalid_type" && issue.input === undefined;
  const code = missing ? "form_param_missing" : "form_param_format_invalid";
  throw unprocessable(code, path, `${path || "The body"} is invalid: ${issue?.message ?? "not understood"}`);
}

async function rawBody(c: Context): Promise<unknown> {
  const text = await c.req.text();
  if (text === "") return {};
  if (c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded") === true) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ClerkError(400, "request_body_invalid", { message: "The body is not valid JSON" });
  }
}

export interface Page<T> {
  data: T[];
  total_count: number;
}

const whole = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : Number(text);

/** `limit` (10 unless told, at most 500) and `offset` of the query. */
export function page<T>(items: readonly T[], query: URLSearchParams): Page<T> {
  const limit = whole(query.get("limit") ?? undefined, 10);
  const offset = whole(query.get("offset") ?? undefined, 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) {
    throw unprocessable("form_param_value_invalid", "limit", "limit must be a whole number from 1 to 500");
  }
  if (!Number.isInteger(offset) || offset < 0) {
    throw unprocessable(
      "form_param_value_invalid",
      "offset",
      "offset must be a whole number and not negative",
    );
  }
  return { data: items.slice(offset, offset + limit), total_count: items.length };
}

/**
 * Sorts by the query's `order_by`: a field with `+` or `-` before it. A `+` that was not escaped arrives as a space.
 * Of equals the later one counts as newer, because the tables keep the order in which things were made.
 */
export function sort<T extends object>(items: readonly T[], query: URLSearchParams, otherwise: string): T[] {
  const order = (query.get("order_by") ?? otherwise).trim();
  const field = order.replace(/^[+-]/, "");
  const value = (item: T): string | number => {
    const found: unknown = Object.entries(item).find(([key]) => key === field)?.[1];
    return typeof found === "string" || typeof found === "number" ? found : "";
  };
  const sorted = items.toSorted((a, b) => compare(value(a), value(b)));
  return order.startsWith("-") ? sorted.toReversed() : sorted;
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}

/** Whether a repeated query parameter lets this value through; an absent parameter lets everything through. */
export function matches(query: URLSearchParams, name: string, value: string | null | undefined): boolean {
  const wanted = [...query.getAll(name), ...query.getAll(`${name}[]`)];
  return wanted.length === 0 || (value !== null && value !== undefined && wanted.includes(value));
}

export const Metadata = z.record(z.string(), z.unknown());
