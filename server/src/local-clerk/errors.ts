import { randomBytes } from "node:crypto";

/** An answer in Clerk's error format; thrown below, turned into a response in `app.ts`. */
export class ClerkError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429;
  readonly code: string;
  readonly paramName: string | undefined;

  constructor(status: ClerkError["status"], code: string, about: { message: string; paramName?: string }) {
    super(about.message);
    this.status = status;
    this.code = code;
    this.paramName = about.paramName;
  }
}

export function notFound(what: string): ClerkError {
  return new ClerkError(404, "resource_not_found", { message: `${what} not found` });
}

export function unprocessable(code: string, paramName: string, message: string): ClerkError {
  return new ClerkError(422, code, { message, paramName });
}

export function errorBody(code: string, message: string, paramName?: string): Record<string, unknown> {
  const meta = paramName === undefined ? {} : { meta: { param_name: paramName } };
  return {
    errors: [{ code, message, long_message: message, ...meta }],
    clerk_trace_id: randomBytes(16).toString("hex"),
  };
}
