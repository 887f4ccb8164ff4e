import { ERRORS } from "@gatehouse/shared";
import type { ErrorCode, FieldError } from "@gatehouse/shared";

export interface AppErrorExtras {
  /** Replaces the catalogue's sentence. It is shown to callers: nothing internal, no secret, no text of theirs. */
  detail?: string;
  /** For bad Clerk tokens: what precisely is wrong. Never the token or a part of it. */
  reason?: string;
  /** For VALIDATION_FAILED: the places that were refused. */
  fields?: readonly FieldError[];
  /** Seconds after which it is worth trying again (Retry-After). */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** A refusal that callers may see. Everything else that is thrown reaches them as INTERNAL. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  readonly fields: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, extras: AppErrorExtras = {}) {
    super(extras.detail ?? ERRORS[code].detail, { cause: extras.cause });
    this.name = "AppError";
    this.code = code;
    this.reason = extras.reason;
    this.fields = extras.fields;
    this.retryAfterSeconds = extras.retryAfterSeconds;
  }
}
