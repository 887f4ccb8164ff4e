export { createClient } from "./create-client.ts";
export {
  AbortError,
  ApiError,
  NetworkError,
  errorOf,
  isAbortError,
  isApiError,
  isNetworkError,
} from "./errors.ts";
export type { ApiErrorFacts, ErrorInfo, FieldError } from "./errors.ts";
export { forgetToken } from "./forget-token.ts";
export type * from "./generated/api.ts";
export type * from "./generated/call.ts";
export * from "./generated/errors.ts";
export * from "./generated/roles.ts";
export type * from "./generated/types.ts";
export type * from "./options.ts";
export { can } from "./roles.ts";
