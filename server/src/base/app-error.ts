import { ERRORS } from "@gatehouse/shared";
import type { ErrorCode, FieldError } from "@gatehouse/shared";

/** A workspace that a caller could have named. */
export interface WorkspaceChoice {
  id: string;
  name: string;
  slug: string;
}

export interface AppErrorExtras {
  /** Replaces the catalogue's sentence. It is shown to callers: nothing internal, no secret, no text of theirs. */
  detail?: string;
  /** For bad Clerk tokens: what precisely is wrong. Never the token or a part of it. */
  reason?: string;
  /** For VALIDATION_FAILED: the places that were refused. */
  fields?: readonly FieldError[];
  /** For WORKSPACE_REQUIRED: those of the caller. */
  workspaces?: readonly WorkspaceChoice[];
  /** Seconds after which it is worth trying again (Retry-After). */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** A refusal that callers may see. Everything else that is thrown reaches them as INTERNAL. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  readonly fields: readonly FieldError[] | undefined;
  readonly workspaces: readonly WorkspaceChoice[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly #extras: AppErrorExtras;

  constructor(code: ErrorCode, extras: AppErrorExtras = {}) {
    const { status, detail } = ERRORS[code];
    const { stackTraceLimit } = Error;
    // From where a caller was refused is no riddle, and a flood of them would be paid for with traces that nobody reads.
    if (status < 500) Error.stackTraceLimit = 0;
    super(extras.detail ?? detail, { cause: extras.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "AppError";
    this.code = code;
    this.reason = extras.reason;
    this.fields = extras.fields;
    this.workspaces = extras.workspaces;
    this.retryAfterSeconds = extras.retryAfterSeconds;
    this.#extras = extras;
  }

  /** The same refusal with something said differently. */
  with(changes: Pick<AppErrorExtras, "detail" | "fields">): AppError {
    return new AppError(this.code, { ...this.#extras, ...changes, cause: this.cause ?? this });
  }
}
