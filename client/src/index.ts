export { createClient } from "./create-client.ts";
export type {
  AdminKeyOptions,
  ApiKeyOptions,
  ClientOptions,
  ConnectionOptions,
  UserOptions,
} from "./create-client.ts";
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
export type * from "./generated/api.ts";
export type * from "./generated/call.ts";
export * from "./generated/errors.ts";
export * from "./generated/roles.ts";
export type * from "./generated/types.ts";
export { can } from "./roles.ts";
export type { GetToken } from "./tokens.ts";
export type { Fetch } from "./transport.ts";
