// Printed from the server's router by `npm run generate`. Changes here are lost.

/** Every code that the server answers. Codes never change; a newer server may know more. */
export type ErrorCode =
  | "ACCESS_REQUIRED"
  | "ALREADY_MEMBER"
  | "CODE_INVALID"
  | "EMAIL_MISMATCH"
  | "FORBIDDEN"
  | "HOLD_EXPIRED"
  | "IDEMPOTENCY_KEY_REUSED"
  | "INSUFFICIENT_CREDITS"
  | "INTERNAL"
  | "INVALID_ADMIN_KEY"
  | "INVALID_API_KEY"
  | "INVALID_SIGNATURE"
  | "INVITATION_EXPIRED"
  | "LAST_OWNER"
  | "LIMIT_REACHED"
  | "METHOD_NOT_ALLOWED"
  | "NOT_FOUND"
  | "NOT_MEMBER"
  | "PAYLOAD_TOO_LARGE"
  | "PROVIDER_ERROR"
  | "RATE_LIMITED"
  | "ROLE_ESCALATION"
  | "SCOPE_NOT_HELD"
  | "SESSION_REVOKED"
  | "SLUG_TAKEN"
  | "TIER_REQUIRED"
  | "TIMEOUT"
  | "TOKEN_EXPIRED"
  | "UNAUTHORIZED"
  | "UNAVAILABLE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "USER_BANNED"
  | "USER_NOT_SYNCED"
  | "VALIDATION_FAILED"
  | "VERSION_CONFLICT"
  | "WORKSPACE_REQUIRED";

/** HTTP status and title of each code. The title never changes. */
export const ERRORS: Readonly<Record<ErrorCode, { readonly status: number; readonly title: string }>> = {
  ACCESS_REQUIRED: { status: 403, title: "Access code required" },
  ALREADY_MEMBER: { status: 409, title: "Already a member" },
  CODE_INVALID: { status: 400, title: "Access code invalid" },
  EMAIL_MISMATCH: { status: 403, title: "E-mail mismatch" },
  FORBIDDEN: { status: 403, title: "Forbidden" },
  HOLD_EXPIRED: { status: 409, title: "Hold expired" },
  IDEMPOTENCY_KEY_REUSED: { status: 409, title: "Idempotency key reused" },
  INSUFFICIENT_CREDITS: { status: 402, title: "Insufficient credits" },
  INTERNAL: { status: 500, title: "Internal error" },
  INVALID_ADMIN_KEY: { status: 403, title: "Invalid admin key" },
  INVALID_API_KEY: { status: 401, title: "Invalid API key" },
  INVALID_SIGNATURE: { status: 400, title: "Invalid signature" },
  INVITATION_EXPIRED: { status: 409, title: "Invitation expired" },
  LAST_OWNER: { status: 409, title: "Last owner" },
  LIMIT_REACHED: { status: 403, title: "Limit reached" },
  METHOD_NOT_ALLOWED: { status: 405, title: "Method not allowed" },
  NOT_FOUND: { status: 404, title: "Not found" },
  NOT_MEMBER: { status: 409, title: "Not a member" },
  PAYLOAD_TOO_LARGE: { status: 413, title: "Payload too large" },
  PROVIDER_ERROR: { status: 502, title: "Provider error" },
  RATE_LIMITED: { status: 429, title: "Rate limited" },
  ROLE_ESCALATION: { status: 403, title: "Role escalation" },
  SCOPE_NOT_HELD: { status: 403, title: "Scope not held" },
  SESSION_REVOKED: { status: 401, title: "Session revoked" },
  SLUG_TAKEN: { status: 409, title: "Slug taken" },
  TIER_REQUIRED: { status: 403, title: "Higher tier required" },
  TIMEOUT: { status: 408, title: "Timeout" },
  TOKEN_EXPIRED: { status: 401, title: "Token expired" },
  UNAUTHORIZED: { status: 401, title: "Unauthorized" },
  UNAVAILABLE: { status: 503, title: "Unavailable" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "Unsupported media type" },
  USER_BANNED: { status: 403, title: "User banned" },
  USER_NOT_SYNCED: { status: 401, title: "User not synced" },
  VALIDATION_FAILED: { status: 400, title: "Validation failed" },
  VERSION_CONFLICT: { status: 409, title: "Version conflict" },
  WORKSPACE_REQUIRED: { status: 400, title: "Workspace required" },
};

/** What every public procedure can answer, whatever it does. */
export type PublicErrors =
  | "INTERNAL"
  | "PAYLOAD_TOO_LARGE"
  | "RATE_LIMITED"
  | "TIMEOUT"
  | "UNAVAILABLE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "VALIDATION_FAILED";

/** What every protected procedure can answer, whatever it does. */
export type ProtectedErrors =
  | "FORBIDDEN"
  | "INTERNAL"
  | "INVALID_API_KEY"
  | "PAYLOAD_TOO_LARGE"
  | "RATE_LIMITED"
  | "SCOPE_NOT_HELD"
  | "SESSION_REVOKED"
  | "TIMEOUT"
  | "TOKEN_EXPIRED"
  | "UNAUTHORIZED"
  | "UNAVAILABLE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "USER_BANNED"
  | "USER_NOT_SYNCED"
  | "VALIDATION_FAILED";

/** What every workspace procedure can answer, whatever it does. */
export type WorkspaceErrors =
  | "FORBIDDEN"
  | "INTERNAL"
  | "INVALID_API_KEY"
  | "PAYLOAD_TOO_LARGE"
  | "RATE_LIMITED"
  | "SCOPE_NOT_HELD"
  | "SESSION_REVOKED"
  | "TIMEOUT"
  | "TOKEN_EXPIRED"
  | "UNAUTHORIZED"
  | "UNAVAILABLE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "USER_BANNED"
  | "USER_NOT_SYNCED"
  | "VALIDATION_FAILED"
  | "WORKSPACE_REQUIRED";

/** What every admin procedure can answer, whatever it does. */
export type AdminErrors =
  | "INTERNAL"
  | "INVALID_ADMIN_KEY"
  | "INVALID_API_KEY"
  | "PAYLOAD_TOO_LARGE"
  | "RATE_LIMITED"
  | "SESSION_REVOKED"
  | "TIMEOUT"
  | "TOKEN_EXPIRED"
  | "UNAUTHORIZED"
  | "UNAVAILABLE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "USER_BANNED"
  | "USER_NOT_SYNCED"
  | "VALIDATION_FAILED";
