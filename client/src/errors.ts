import type { ErrorsOf } from "./generated/call.ts";
import type { ErrorCode } from "./generated/errors.ts";

/** A place in an input that was refused: `name`, `items.3.name`; the empty path is the input itself. */
export interface FieldError {
  path: string;
  message: string;
}

export interface ApiErrorFacts<Code extends ErrorCode = ErrorCode> {
  code: Code;
  message: string;
  status: number;
  /** The procedure that was called, or null where the server refused before it looked. */
  path: string | null;
  requestId: string | null;
  reason: string | null;
  fields: readonly FieldError[];
  retryAfterSeconds: number | null;
}

/** The server answered, and refused. */
export class ApiError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "ApiError";
  /** What was refused, for a `switch`. It never changes, while the message may be reworded. */
  readonly code: Code;
  readonly status: number;
  /** The procedure that was called, or null where the server refused before it looked. */
  readonly path: string | null;
  /** What support needs to find the call in the server's log. */
  readonly requestId: string | null;
  /** For a bad Clerk token: what precisely is wrong with it. */
  readonly reason: string | null;
  /** For VALIDATION_FAILED: the places that were refused. Otherwise empty. */
  readonly fields: readonly FieldError[];
  /** Seconds after which it is worth trying again, where the server said so. */
  readonly retryAfterSeconds: number | null;

  constructor(facts: ApiErrorFacts<Code>) {
    super(facts.message);
    this.code = facts.code;
    this.status = facts.status;
    this.path = facts.path;
    this.requestId = facts.requestId;
    this.reason = facts.reason;
    this.fields = facts.fields;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** No answer of the server came: the connection failed, or something on the way answered in its place. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  /** HTTP status of whatever answered in the server's place, null where nothing did. */
  readonly status: number | null;
  /** Whether the call's time limit ended the wait. */
  readonly timedOut: boolean;

  constructor(message: string, options: { status?: number; timedOut?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.status = options.status ?? null;
    this.timedOut = options.timedOut ?? false;
  }
}

/** The caller's own signal ended the call; `cause` is the signal's reason. The server may have done it all the same. */
export class AbortError extends Error {
  override readonly name = "AbortError";

  constructor(cause: unknown) {
    super("The call was aborted.", { cause });
  }
}

/**
 * Whether the server refused, with one of these codes where any are given.
 *
 * @example
 * if (isApiError(error, "ACCESS_REQUIRED")) askForCode();
 */
export function isApiError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is ApiError<Code> {
  if (!(error instanceof ApiError)) return false;
  return codes.length === 0 || codes.some((code) => code === error.code);
}

/** Whether no answer came, so that trying again may help. It does not say that the server did nothing. */
export function isNetworkError(error: unknown): error is NetworkError {
  return error instanceof NetworkError;
}

/** Whether the caller's own signal ended the call. */
export function isAbortError(error: unknown): error is AbortError {
  return error instanceof AbortError;
}

export interface ErrorInfo<Code extends ErrorCode = ErrorCode> {
  /** A code of the server, or what happened instead of an answer. */
  code: Code | "NETWORK_ERROR" | "ABORTED" | "UNKNOWN";
  message: string;
  requestId: string | null;
  fields: readonly FieldError[];
}

/**
 * Whatever was caught, as plain data for a form or a notice. Named with a procedure, `code` is one of those that it
 * can answer, so that a `switch` over it can be complete.
 *
 * @example
 * const { code, message, fields } = errorOf<typeof api.projects.create>(error);
 */
export function errorOf<Procedure = { readonly "~code"?: ErrorCode }>(
  error: unknown,
): ErrorInfo<ErrorsOf<Procedure>> {
  const message = error instanceof Error ? error.message : String(error);
  const none = { message, requestId: null, fields: [] };
  if (isNetworkError(error)) return { ...none, code: "NETWORK_ERROR" };
  if (isAbortError(error)) return { ...none, code: "ABORTED" };
  // The caller says which procedure it was; nothing at run time could.
  if (isApiError<ErrorsOf<Procedure>>(error)) return pick(error);
  return { ...none, code: "UNKNOWN" };
}

function pick<Code extends ErrorCode>({ code, message, requestId, fields }: ApiError<Code>): ErrorInfo<Code> {
  return { code, message, requestId, fields };
}
