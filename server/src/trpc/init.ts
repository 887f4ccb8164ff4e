import type { ErrorCode, Feature, Guard, Permission, Rate, Scope } from "@gatehouse/shared";
import { initTRPC } from "@trpc/server";
import type { z } from "zod";
import type { RequestContext } from "./context.ts";
import { toErrorShape } from "./errors.ts";

/** Everything that is said of a procedure, once. Guards, REST routes, documents, the client and tests read it here. */
export interface ProcedureMeta {
  /** Which rung of the ladder; the ladder itself sets it. */
  guard?: Guard;
  /** What a caller must hold in the workspace. Only workspace procedures have one, and each of them must. */
  permission?: Permission | "any member";
  /**
   * What a key of Clerk's must hold. Every protected procedure has one; in a workspace it is the permission, and what
   * any member may do is closed to such keys unless a scope stands here.
   */
  scope?: Scope;
  /** Only the person himself may do it: no OAuth app that acts for him, and nobody who impersonates him. */
  inPerson?: true;
  /** Whether it also lets into a workspace that was deleted and can be restored. */
  evenIfDeleted?: boolean;
  /** Each call is an attempt of this kind, which one user may make only so often in a minute. */
  attempts?: Extract<Rate, "accessCode">;
  /** Its REST twin below /api/v1. */
  rest?: { method: "GET" | "POST" | "PATCH" | "DELETE"; path: `/${string}` };
  /** The codes that it answers beside those of its guard (`GUARD_ERRORS`) and of every procedure (`COMMON_ERRORS`). */
  errors?: readonly ErrorCode[];
  /** What the operator may keep for workspaces of a higher tier (`limits.features`). */
  feature?: Feature;
  /** What a call costs in credits of its workspace: held before it, spent after success, free again after failure. */
  cost?: number;
  /** What a subscription yields, piece by piece: its `.output` would be asked about the stream as a whole. */
  yields?: z.ZodType;
  /** One line, as it stands in documents and hover texts. */
  summary?: string;
}

/** The one initTRPC call. `isDev` is off for good: it would send stack traces to callers. */
export const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    // A stream says something every 15 s, so that nobody on the way takes it for dead; after 5 minutes its reader comes
    // again with a fresh credential.
    sse: { ping: { enabled: true, intervalMs: 15_000 }, maxDurationMs: 300_000 },
    errorFormatter: ({ error, path, ctx }) => toErrorShape(error, path, ctx?.requestId ?? null),
  });
