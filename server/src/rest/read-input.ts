import { Id, IdempotencyKey } from "@gatehouse/shared";
import type { FieldError } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import { isRecord } from "../base/is-record.ts";
import { fromWire } from "./names.ts";
import { readQuery, readText } from "./query.ts";
import { readBody } from "./read-body.ts";
import { fieldsBesidePath, hasBody, isRepeatable } from "./routes.ts";
import type { RestRoute } from "./routes.ts";
import { asSchema, toWireName } from "./shapes.ts";

/** A call of a route, before anything of it has been read. */
export interface RestCall {
  route: RestRoute;
  params: Readonly<Record<string, string>>;
  request: Request;
  query: URLSearchParams;
}

/** The headers that stand for a field of the input, where the procedure has that field. */
const HEADERS: readonly { header: string; field: string; read: (text: string) => unknown }[] = [
  { header: "X-Workspace-Id", field: "workspaceId", read: (text) => Id.safeParse(text).data },
  { header: "Idempotency-Key", field: "idempotencyKey", read: (text) => text },
  { header: "If-Match", field: "version", read: readETag },
];

/**
 * Puts the input together from the path, the query or the body, and the headers.
 *
 * @throws AppError VALIDATION_FAILED for what the procedure's own schema could not see: a key in our own spelling,
 * something said twice differently, a header that cannot be obeyed; UNSUPPORTED_MEDIA_TYPE
 */
export async function readInput(call: RestCall): Promise<Record<string, unknown>> {
  const { route, params } = call;
  const sent = await readSent(call);
  const inPath = Object.entries(params).map(([name, text]) => {
    if (name in sent) refuse({ path: toWireName(name), message: "Stands in the path already" });
    return [name, readText(text, asSchema(route.input.properties?.[name]), route.input)] as const;
  });
  return withHeaders({ ...sent, ...Object.fromEntries(inPath) }, call);
}

async function readSent({ route, request, query }: RestCall): Promise<Record<string, unknown>> {
  const fields = new Map(fieldsBesidePath(route).map(([name, schema]) => [toWireName(name), schema]));
  const asked = readQuery(query, hasBody(route) ? new Map() : fields, route.input);
  // A query beside a body would be lost, and so would anything that is sent to a procedure that asks for nothing.
  refuse(...asked.flaws, ...(hasBody(route) ? strangersIn(asked.value) : []));
  const { value, strangers } = fromWire(
    hasBody(route) ? await readBody(request) : asked.value,
    route.inputShape,
  );
  refuse(...strangers);
  if (!isRecord(value)) throw refusalOf({ path: "", message: "Expected an object" });
  if (route.input.properties === undefined) refuse(...strangersIn(value));
  return value;
}

function strangersIn(value: Record<string, unknown>): FieldError[] {
  return Object.keys(value).map((path) => ({ path, message: `Unrecognized key: "${path}"` }));
}

function withHeaders(input: Record<string, unknown>, { route, request }: RestCall): Record<string, unknown> {
  const whole = { ...input };
  for (const { header, field, read } of HEADERS) {
    const text = request.headers.get(header);
    if (text === null) continue;
    const isKnown = route.input.properties?.[field] !== undefined;
    // Who sends a condition relies on it; not to understand it must not mean to ignore it (RFC 9110).
    if (!isKnown && header === "If-Match") refuse({ path: header, message: "Has no effect here" });
    if (!isKnown && header === "Idempotency-Key") checkRepeatKey(text, route);
    if (!isKnown || text === "*") continue;
    const value = read(text);
    if (value === undefined) refuse({ path: header, message: "Cannot be read" });
    if (whole[field] !== undefined && !isSame(whole[field], value))
      refuse({ path: header, message: `Says something else than ${toWireName(field)}` });
    whole[field] = value;
  }
  return whole;
}

/** The key itself is used where the work is done; here it is only looked at. */
function checkRepeatKey(text: string, route: RestRoute): void {
  if (route.card.kind !== "mutation") return;
  const path = "Idempotency-Key";
  if (!isRepeatable(route))
    refuse({ path, message: "Has no effect here: an answer with a secret is not kept" });
  if (!IdempotencyKey.safeParse(text).success) refuse({ path, message: "Cannot be read" });
}

/** `"7"` as our answers write it. A weak tag matches nothing here. */
function readETag(text: string): number | undefined {
  const digits = /^"(\d{1,15})"$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === "string" && one.toLowerCase() === other);
}

function refuse(...fields: FieldError[]): void {
  if (fields.length > 0) throw refusalOf(...fields);
}

function refusalOf(...fields: FieldError[]): AppError {
  return new AppError("VALIDATION_FAILED", { fields });
}
