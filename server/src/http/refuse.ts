import { ERRORS } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import { hasSenderLeft } from "../base/sender-left.ts";
import { isUnavailable } from "../database/errors.ts";
import { toProblem } from "../rest/problem.ts";

/** The headers that belong to a refusal, in every way in. */
export function refusalHeaders({ code, message, retryAfterSeconds }: AppError): Record<string, string> {
  const { status } = ERRORS[code];
  return {
    ...(status === 401
      ? {
          "WWW-Authenticate": `Bearer error="invalid_token", error_description="${message.replace(/["\\]/g, "")}"`,
        }
      : {}),
    ...(retryAfterSeconds !== undefined || status === 503
      ? { "Retry-After": String(Math.ceil(retryAfterSeconds ?? 5)) }
      : {}),
  };
}

/** Answers a refusal as a problem document. */
export function refuse(refusal: AppError, requestId: string, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify(toProblem(refusal, requestId));
  const { status } = ERRORS[refusal.code];
  return new Response(body, {
    status,
    headers: { "Content-Type": "application/problem+json", ...refusalHeaders(refusal), ...headers },
  });
}

/** What a value thrown outside tRPC means to callers. */
export function toRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (hasSenderLeft(error)) return new AppError("VALIDATION_FAILED", { cause: error });
  if (isUnavailable(error)) return new AppError("UNAVAILABLE", { cause: error });
  return new AppError("INTERNAL", { cause: error });
}
