import type { ErrorCode, Guard, Permission } from "@gatehouse/shared";
import { initTRPC } from "@trpc/server";
import type { RequestContext } from "./context.ts";
import { toErrorShape } from "./errors.ts";

/** Everything that is said of a procedure, once. Guards, REST routes, documents, the client and tests read it here. */
export interface ProcedureMeta {
  /** Which rung of the ladder; the ladder itself sets it. */
  guard?: Guard;
  /** What a caller must hold in the workspace. Only workspace procedures have one, and each of them must. */
  permission?: Permission | "any member";
  /** Its REST twin below /api/v1. */
  rest?: { method: "GET" | "POST" | "PATCH" | "DELETE"; path: `/${string}` };
  /** The codes that it answers beside those of its guard (`GUARD_ERRORS`) and of every procedure (`COMMON_ERRORS`). */
  errors?: readonly ErrorCode[];
  /** One line, as it stands in documents and hover texts. */
  summary?: string;
}

/** The one initTRPC call. `isDev` is off for good: it would send stack traces to callers. */
export const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ error, path, ctx }) => toErrorShape(error, path, ctx?.requestId ?? null),
  });
