import { callTRPCProcedure, getTRPCErrorFromUnknown } from "@trpc/server";
import type { AnyRouter, TRPCError } from "@trpc/server";
import { getHTTPStatusCode } from "@trpc/server/http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "../base/app-error.ts";
import { endOfTurn } from "../base/end-of-turn.ts";
import { isRecord } from "../base/is-record.ts";
import type { Services } from "../services.ts";
import type { RequestContext } from "../trpc/context.ts";
import { toAppError, toErrorShape } from "../trpc/errors.ts";
import { readProcedures } from "../trpc/read-procedures.ts";
import { logRefusal } from "./log-refusal.ts";
import { readPlain } from "./plain-request.ts";
import type { PlainRequest } from "./plain-request.ts";
import { readRawHeaders } from "./raw-headers.ts";
import { callHeaders, openCalls } from "./trpc-calls.ts";
import { attend, beginVisit, everyHeader } from "./visit.ts";
import type { Visit } from "./visit.ts";

/** Answers a request, or says that it leaves it to others, untouched. */
export type DirectLane = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Answer {
  status: number;
  /** Beside those of every answer. */
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
}

/** What became of one call. */
type Outcome = { data: unknown } | { error: TRPCError };

interface Tools {
  router: AnyRouter;
  services: Services;
}

/**
 * The short way to the procedures for what nearly every request is: queries and mutations in plain JSON, one or a batch.
 * It makes no `Request`, no `Response` and no signal. What it is not sure of it leaves to tRPC's own adapter, and
 * `tests/lane` holds the two against each other.
 */
export function openDirectLane(router: AnyRouter, services: Services): DirectLane {
  const kinds = new Map(readProcedures(router).map(({ path, kind }) => [path, kind]));
  return (request, response) => {
    const headers = readRawHeaders(request.rawHeaders);
    const plain = readPlain(request, headers, kinds);
    if (plain === null) return false;
    const { method = "", socket } = request;
    const arrival = { method, path: plain.path, headers, peer: socket.remoteAddress ?? "" };
    const visit = beginVisit(arrival, services.config);
    attend(visit, services, () => answer(plain, visit, { router, services }))
      .then((given) => endOfTurn().then(() => write(response, given, everyHeader(visit, services))))
      .catch((error: unknown) => {
        services.log.error({ err: error, requestId: visit.requestId }, "a request could not be answered");
        response.destroy();
      });
    return true;
  };
}

async function answer(plain: PlainRequest, visit: Visit, { router, services }: Tools): Promise<Answer> {
  const { procedures, kind } = plain;
  const ctx = await openCalls(procedures, { headers: visit.headers, seen: visit }, services);
  const inputs = openInputs(plain);
  const outcomes = await Promise.all(
    procedures.map(async (path, batchIndex): Promise<Outcome> => {
      const getRawInput = async (): Promise<unknown> => (await inputs())[batchIndex];
      // Only a stream has to know that its reader has left.
      const call = { router, ctx, path, type: kind, getRawInput, signal: undefined, batchIndex };
      try {
        return { data: await callTRPCProcedure(call) };
      } catch (thrown) {
        return { error: noteError(thrown, { path, visit, services }) };
      }
    }),
  );
  try {
    return toAnswer(plain, outcomes, ctx);
  } catch (thrown) {
    // An answer that is no JSON. It has no place among the calls.
    const error = noteError(thrown, { path: undefined, visit, services });
    return toAnswer({ procedures: [], isBatch: false }, [{ error }], ctx);
  }
}

/** The inputs of the calls, by their places. Nobody asks for them before a guard has let him in. */
function openInputs({ input, isBatch }: PlainRequest): () => Promise<Record<number, unknown>> {
  const read = async (): Promise<Record<number, unknown>> => {
    const text = await input().catch(refuse);
    if (text === "") return {};
    const parsed = parse(text);
    if (!isBatch) return { 0: parsed };
    return isRecord(parsed) ? parsed : refuse();
  };
  let reading: Promise<Record<number, unknown>> | undefined;
  return () => (reading ??= read());
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(error);
  }
}

function refuse(cause?: unknown): never {
  throw new AppError("VALIDATION_FAILED", { cause });
}

function noteError(
  thrown: unknown,
  { path, visit, services }: { path: string | undefined; visit: Visit; services: Services },
): TRPCError {
  const error = getTRPCErrorFromUnknown(thrown);
  logRefusal(services.log, toAppError(error), { path, requestId: visit.requestId });
  return error;
}

function toAnswer(
  { procedures, isBatch }: Pick<PlainRequest, "procedures" | "isBatch">,
  outcomes: readonly Outcome[],
  ctx: RequestContext,
): Answer {
  const [only] = outcomes;
  if (!isBatch && only !== undefined && "data" in only)
    return { status: 200, headers: callHeaders([], ctx), body: JSON.stringify({ result: only }) };
  const results = outcomes.map((outcome, at) =>
    "error" in outcome
      ? { error: toErrorShape(outcome.error, procedures[at], ctx.requestId) }
      : { result: { data: outcome.data } },
  );
  const errors = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome.error] : []));
  return {
    status: getHTTPStatusCode(results),
    headers: callHeaders(errors, ctx),
    body: JSON.stringify(isBatch ? results : results[0]),
  };
}

/** By what tRPC's answers vary. */
const VARY = "trpc-accept, accept";

function write(response: ServerResponse, { status, headers, body }: Answer, every: Answer["headers"]): void {
  const raw = ["Content-Type", "application/json", "Content-Length", String(Buffer.byteLength(body))];
  for (const [name, value] of headers) raw.push(name, value);
  for (const [name, value] of every) raw.push(name, name === "Vary" ? `${VARY}, ${value}` : value);
  response.writeHead(status, raw).end(body);
}
