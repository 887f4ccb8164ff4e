import type { AnyProcedure, TRPCCreateRouterOptions } from "@trpc/server";
import { t } from "./init.ts";
import type { ProcedureMeta } from "./init.ts";

/**
 * Makes a router, and refuses a procedure that is not fully declared: what a guard, the documents, the client and
 * the tests read must be there before anybody can call it.
 *
 * @throws Error naming the procedure and what it lacks; the server does not start
 */
export function router<const Procedures extends TRPCCreateRouterOptions>(procedures: Procedures) {
  for (const [name, procedure] of Object.entries(procedures)) {
    const lacks = isProcedure(procedure) ? whatLacks(procedure) : null;
    if (lacks !== null) throw new Error(`the procedure ${name} has no ${lacks}`);
  }
  return t.router(procedures);
}

function isProcedure(value: unknown): value is AnyProcedure {
  return typeof value === "function" && "_def" in value;
}

function whatLacks({ _def: definition }: AnyProcedure): string | null {
  const meta = (definition.meta ?? {}) as ProcedureMeta;
  const output = "output" in definition ? definition.output : undefined;
  if (meta.guard === undefined) return "guard: build it from a rung of the ladder";
  if (meta.summary === undefined) return "summary";
  if (meta.guard === "protected" && meta.scope === undefined) return "scope that a key of Clerk's could hold";
  if (meta.guard === "workspace" && meta.permission === undefined) return "permission";
  if (meta.guard !== "workspace" && meta.permission !== undefined)
    return "workspace that its permission could be held in";
  if (meta.feature !== undefined && meta.guard !== "workspace")
    return "workspace whose tier could have its feature";
  if (meta.feature !== undefined && meta.errors?.includes("TIER_REQUIRED") !== true)
    return "TIER_REQUIRED among its errors, though it has a feature";
  if (meta.cost !== undefined && (meta.guard !== "workspace" || definition.type === "subscription"))
    return "workspace that could pay its cost, or a moment when it has succeeded";
  if (meta.cost !== undefined && meta.errors?.includes("INSUFFICIENT_CREDITS") !== true)
    return "INSUFFICIENT_CREDITS among its errors, though it has a cost";
  if (definition.type === "subscription")
    return meta.yields === undefined ? "schema of what it yields" : null;
  if (output === undefined) return "output";
  return null;
}
