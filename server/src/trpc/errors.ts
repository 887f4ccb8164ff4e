import { ERRORS, STATUS_KINDS } from "@gatehouse/shared";
import type { ErrorCode, FieldError } from "@gatehouse/shared";
import { getTRPCErrorFromUnknown } from "@trpc/server";
import type { TRPCError } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { z } from "zod";
import { AppError } from "../base/app-error.ts";
import { isUnavailable } from "../database/errors.ts";

/** `error.data` of a tRPC answer. `code` is the precise code of the catalogue. */
export interface ErrorData {
  code: ErrorCode;
  httpStatus: number;
  path: string | null;
  requestId: string | null;
  reason?: string;
  fields?: readonly FieldError[];
  retryAfterSeconds?: number;
}

export interface ErrorShape {
  message: string;
  /** The JSON-RPC number that belongs to the status, which tRPC's own tools read. */
  code: (typeof TRPC_ERROR_CODES_BY_KEY)[keyof typeof TRPC_ERROR_CODES_BY_KEY];
  data: ErrorData;
}

/** An error as callers see it: a code and a sentence of the catalogue, and nothing internal. */
export function toErrorShape(
  error: TRPCError,
  path: string | undefined,
  requestId: string | null,
): ErrorShape {
  const refusal = toAppError(error);
  const { status } = ERRORS[refusal.code];
  const data: ErrorData = {
    code: refusal.code,
    httpStatus: status,
    path: path ?? null,
    requestId,
    ...(refusal.reason === undefined ? {} : { reason: refusal.reason }),
    ...(refusal.fields === undefined ? {} : { fields: refusal.fields }),
    ...(refusal.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: refusal.retryAfterSeconds }),
  };
  return { message: refusal.message, code: TRPC_ERROR_CODES_BY_KEY[STATUS_KINDS[status].trpc], data };
}

/** What anything that was thrown means to callers. */
export function refusalIn(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : toAppError(getTRPCErrorFromUnknown(thrown));
}

/**
 * A refusal as tRPC carries it, made before tRPC would make it: without the trace that AppError goes without, too. Anything
 * else is left to tRPC.
 */
export function carried(thrown: unknown): unknown {
  if (!(thrown instanceof AppError)) return thrown;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = getTRPCErrorFromUnknown(thrown);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

/** What an error of tRPC's means to callers. Whatever is not meant for them is INTERNAL. */
export function toAppError(error: TRPCError): AppError {
  const { cause } = error;
  if (cause instanceof AppError) return cause;
  if (cause instanceof z.core.$ZodError && error.code === "BAD_REQUEST") {
    return new AppError("VALIDATION_FAILED", { fields: cause.issues.map(toFieldError), cause });
  }
  if (isUnavailable(cause)) return new AppError("UNAVAILABLE", { retryAfterSeconds: 5, cause });
  return new AppError(CODES_OF_TRPC[error.code] ?? "INTERNAL", { cause: error });
}

function toFieldError(issue: z.core.$ZodIssue): FieldError {
  // zod names an unknown key beside the path of the object that it stands in; callers want to find it.
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  return { path: path.join("."), message: issue.message };
}

/** What tRPC itself refuses, before a procedure has run. */
const CODES_OF_TRPC: Partial<Record<TRPCError["code"], ErrorCode>> = {
  PARSE_ERROR: "VALIDATION_FAILED",
  BAD_REQUEST: "VALIDATION_FAILED",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_ALLOWED",
  TIMEOUT: "TIMEOUT",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
};
