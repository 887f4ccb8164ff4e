import { TRPCClientError } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { AbortError, ApiError, NetworkError } from "./errors.ts";
import type { FieldError } from "./errors.ts";
import type { ErrorCode } from "./generated/errors.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a call failed with, in this package's own words; nothing of tRPC reaches the caller. */
export function readError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return new AbortError(signal.reason);
  if (!(error instanceof TRPCClientError)) return error;
  const answer = readAnswer(error);
  if (answer !== null) return answer;
  const { cause, message }: { cause?: unknown; message: string } = error;
  // Errors of `getToken` and `headers` are the caller's own and come back to him as they are.
  if (cause instanceof CallersOwnError) return cause.cause;
  if (cause instanceof NetworkError) return cause;
  return new NetworkError(message, { cause });
}

/** An error that a function of the caller threw, on its way through tRPC, which wraps what it does not know. */
export class CallersOwnError extends Error {
  constructor(cause: unknown) {
    super("a function of the caller failed", { cause });
  }
}

/** The refusal in an answer of the server; null if it is none. */
export function readAnswer(error: TRPCClientError<AnyRouter>): ApiError | null {
  const { data, message, meta } = error;
  return readShape({ data, message }) ?? readProblem(meta?.["responseJSON"], meta?.["response"]);
}

/** The refusal of one call, as tRPC carries it. */
export function readShape(shape: unknown): ApiError | null {
  const { data, message } = fieldsOf(shape);
  const answered = fieldsOf(data);
  if (!isCode(answered["code"])) return null;
  const { code, httpStatus, requestId } = answered;
  return refusal(code, answered, { status: httpStatus, requestId, message: textOr(message, "") });
}

/** Before a call is looked at the server may refuse the whole request, with problem details. */
export function readProblem(json: unknown, response: unknown): ApiError | null {
  const problem = fieldsOf(json);
  if (!isCode(problem["code"])) return null;
  const { code, status, detail, request_id: requestId } = problem;
  const data = { ...problem, retryAfterSeconds: retryAfter(response) };
  return refusal(code, data, { status, requestId, message: textOr(detail, "") });
}

/**
 * Problem details leave this to the header, which is in seconds where it is ours. The class of the answer says nothing:
 * servers such as Hono's put one of their own in the place of the global `Response`.
 */
function retryAfter(response: unknown): number | null {
  const isAnswer = typeof response === "object" && response !== null && "headers" in response;
  const text = isAnswer && response.headers instanceof Headers ? response.headers.get("retry-after") : null;
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** A newer server may know codes that this client's union lacks; they pass as they are. */
function isCode(value: unknown): value is ErrorCode {
  return typeof value === "string";
}

interface Outline {
  status: unknown;
  requestId: unknown;
  message: string;
}

function refusal(code: ErrorCode, data: Fields, { status, requestId, message }: Outline): ApiError {
  return new ApiError({
    code,
    message,
    status: typeof status === "number" ? status : 500,
    path: textOr(data["path"], null),
    requestId: textOr(requestId, null),
    reason: textOr(data["reason"], null),
    fields: fieldErrors(data["fields"] ?? data["errors"]),
    retryAfterSeconds: typeof data["retryAfterSeconds"] === "number" ? data["retryAfterSeconds"] : null,
  });
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  const places = value.map((place: unknown) => fieldsOf(place));
  return places.map(({ path, message }) => ({ path: textOr(path, ""), message: textOr(message, "") }));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOr<Other>(value: unknown, other: Other): string | Other {
  return typeof value === "string" ? value : other;
}
