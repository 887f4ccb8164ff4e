import { ERRORS, STATUS_KINDS } from "@gatehouse/shared";
import type { ErrorCode, FieldError } from "@gatehouse/shared";
import type { AppError, WorkspaceChoice } from "../base/app-error.ts";

/** The body of every refusal outside tRPC: RFC 9457, and beside it what the clients of older documents read. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  error: { code: string; message: string };
  request_id: string;
  reason?: string;
  errors?: readonly FieldError[];
  /** With WORKSPACE_REQUIRED: those that the caller can name. */
  workspaces?: readonly WorkspaceChoice[];
}

export function toProblem(refusal: AppError, requestId: string): Problem {
  const { status, title } = ERRORS[refusal.code];
  return {
    type: `urn:gatehouse:error:${refusal.code.toLowerCase().replaceAll("_", "-")}`,
    title,
    status,
    detail: refusal.message,
    code: refusal.code,
    error: { code: STATUS_KINDS[status].kind, message: refusal.message },
    request_id: requestId,
    ...(refusal.reason === undefined ? {} : { reason: refusal.reason }),
    ...(refusal.fields === undefined ? {} : { errors: refusal.fields }),
    ...(refusal.workspaces === undefined ? {} : { workspaces: refusal.workspaces }),
  };
}
