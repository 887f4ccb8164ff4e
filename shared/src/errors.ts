import { addRows } from "./table.ts";
import type { AllOf } from "./words.ts";

/** One refusal as callers see it: its HTTP status, a title that never changes and a sentence that may be reworded. */
export interface ErrorEntry {
  status: keyof typeof STATUS_KINDS;
  title: string;
  detail: string;
}

/**
 * What each HTTP status is called: `kind` is the plain word in REST bodies (`error.code`), `trpc` the code of
 * tRPC, from which clients of any language derive the same status.
 */
export const STATUS_KINDS = {
  400: { kind: "bad_request", trpc: "BAD_REQUEST" },
  401: { kind: "unauthorized", trpc: "UNAUTHORIZED" },
  402: { kind: "payment_required", trpc: "PAYMENT_REQUIRED" },
  403: { kind: "forbidden", trpc: "FORBIDDEN" },
  404: { kind: "not_found", trpc: "NOT_FOUND" },
  405: { kind: "method_not_allowed", trpc: "METHOD_NOT_SUPPORTED" },
  408: { kind: "timeout", trpc: "TIMEOUT" },
  409: { kind: "conflict", trpc: "CONFLICT" },
  413: { kind: "payload_too_large", trpc: "PAYLOAD_TOO_LARGE" },
  415: { kind: "unsupported_media_type", trpc: "UNSUPPORTED_MEDIA_TYPE" },
  429: { kind: "rate_limited", trpc: "TOO_MANY_REQUESTS" },
  500: { kind: "internal_error", trpc: "INTERNAL_SERVER_ERROR" },
  502: { kind: "bad_gateway", trpc: "BAD_GATEWAY" },
  503: { kind: "unavailable", trpc: "SERVICE_UNAVAILABLE" },
} as const;

const OWN_ERRORS = {
  VALIDATION_FAILED: { status: 400, title: "Validation failed", detail: "The input is not valid." },
  WORKSPACE_REQUIRED: {
    status: 400,
    title: "Workspace required",
    detail: "Name the workspace that is meant.",
  },
  CODE_INVALID: { status: 400, title: "Access code invalid", detail: "This access code cannot be redeemed." },
  INVALID_SIGNATURE: { status: 400, title: "Invalid signature", detail: "Invalid signature" },

  UNAUTHORIZED: { status: 401, title: "Unauthorized", detail: "Not authenticated" },
  TOKEN_EXPIRED: { status: 401, title: "Token expired", detail: "Invalid token: Signature has expired" },
  SESSION_REVOKED: {
    status: 401,
    title: "Session revoked",
    detail: "This session has ended. Sign in again.",
  },
  USER_NOT_SYNCED: {
    status: 401,
    title: "User not synced",
    detail: "This user is not known here yet. Try again shortly.",
  },
  INVALID_API_KEY: { status: 401, title: "Invalid API key", detail: "Invalid API key" },

  INSUFFICIENT_CREDITS: {
    status: 402,
    title: "Insufficient credits",
    detail: "There are not enough credits.",
  },

  FORBIDDEN: { status: 403, title: "Forbidden", detail: "Insufficient permissions to access this resource" },
  ACCESS_REQUIRED: {
    status: 403,
    title: "Access code required",
    detail: "Redeem an access code before creating a workspace.",
  },
  USER_BANNED: { status: 403, title: "User banned", detail: "This user is banned or locked." },
  INVALID_ADMIN_KEY: { status: 403, title: "Invalid admin key", detail: "Invalid or missing admin key" },
  SCOPE_NOT_HELD: {
    status: 403,
    title: "Scope not held",
    detail: "The credential does not hold the scope that is needed.",
  },
  TIER_REQUIRED: { status: 403, title: "Higher tier required", detail: "A higher tier is needed for this." },
  ROLE_ESCALATION: { status: 403, title: "Role escalation", detail: "Nobody can give a role above his own." },
  EMAIL_MISMATCH: {
    status: 403,
    title: "E-mail mismatch",
    detail: "The invitation was sent to another e-mail address.",
  },
  LIMIT_REACHED: { status: 403, title: "Limit reached", detail: "A limit of this plan is reached." },

  NOT_FOUND: { status: 404, title: "Not found", detail: "There is nothing here by this name." },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: "Method not allowed",
    detail: "This method is not allowed here.",
  },
  TIMEOUT: { status: 408, title: "Timeout", detail: "The request took too long to arrive." },

  LAST_OWNER: { status: 409, title: "Last owner", detail: "A workspace keeps at least one owner." },
  ALREADY_MEMBER: { status: 409, title: "Already a member", detail: "This user is a member already." },
  NOT_MEMBER: { status: 409, title: "Not a member", detail: "This user is not a member of the workspace." },
  SLUG_TAKEN: { status: 409, title: "Slug taken", detail: "Another workspace has this slug." },
  VERSION_CONFLICT: {
    status: 409,
    title: "Version conflict",
    detail: "It was changed in the meantime. Read it again.",
  },
  INVITATION_EXPIRED: { status: 409, title: "Invitation expired", detail: "The invitation has expired." },
  HOLD_EXPIRED: { status: 409, title: "Hold expired", detail: "The hold has lapsed." },
  IDEMPOTENCY_KEY_REUSED: {
    status: 409,
    title: "Idempotency key reused",
    detail: "This idempotency key was used with another input.",
  },

  PAYLOAD_TOO_LARGE: { status: 413, title: "Payload too large", detail: "The request body is too large." },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: "Unsupported media type",
    detail: "Send application/json, not compressed.",
  },
  RATE_LIMITED: { status: 429, title: "Rate limited", detail: "Too many requests. Try again later." },
  INTERNAL: {
    status: 500,
    title: "Internal error",
    detail: "Something went wrong here. The request id helps us to find it.",
  },
  PROVIDER_ERROR: {
    status: 502,
    title: "Provider error",
    detail: "A service that we depend on refused the call.",
  },
  UNAVAILABLE: {
    status: 503,
    title: "Unavailable",
    detail: "A service that we depend on cannot be reached. Try again shortly.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = AllOf<keyof typeof OWN_ERRORS, "errors">;

/**
 * Every refusal of the product. Statuses, tRPC codes and REST bodies are derived from this table.
 * A sentence may be reworded; a code, never.
 */
export const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = { ...OWN_ERRORS };

/** What a product adds; see `learnWords`. @throws Error for a code that has another meaning already */
export function addErrors(more: Readonly<Record<string, ErrorEntry>>): void {
  addRows(ERRORS, more);
}

export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(ERRORS, word);
}

/** A place in an input that was refused: `workspaceId`, `items.3.name`; the empty path is the input itself. */
export interface FieldError {
  path: string;
  message: string;
}

/** Codes that any procedure may answer, whatever it declares. */
export const COMMON_ERRORS = [
  "VALIDATION_FAILED",
  "RATE_LIMITED",
  "TIMEOUT",
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "UNAVAILABLE",
  "INTERNAL",
] as const satisfies readonly ErrorCode[];

const WHEN_SIGNED_IN = [
  "UNAUTHORIZED",
  "TOKEN_EXPIRED",
  "SESSION_REVOKED",
  "USER_NOT_SYNCED",
  "INVALID_API_KEY",
  "USER_BANNED",
  "FORBIDDEN",
  "SCOPE_NOT_HELD",
] as const satisfies readonly ErrorCode[];

/** Codes that the guard of a procedure may answer before the procedure runs. */
export const GUARD_ERRORS = {
  public: [],
  protected: WHEN_SIGNED_IN,
  workspace: [...WHEN_SIGNED_IN, "WORKSPACE_REQUIRED"],
  admin: [
    "INVALID_ADMIN_KEY",
    "UNAUTHORIZED",
    "TOKEN_EXPIRED",
    "SESSION_REVOKED",
    "USER_NOT_SYNCED",
    "INVALID_API_KEY",
    "USER_BANNED",
  ],
} as const satisfies Record<string, readonly ErrorCode[]>;

export type Guard = keyof typeof GUARD_ERRORS;
