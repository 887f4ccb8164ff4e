import { COMMON_ERRORS, GUARD_ERRORS, Id } from "@gatehouse/shared";
import type { ErrorCode, Rate } from "@gatehouse/shared";
import { userActor } from "../access/actor.ts";
import type { AdminContext, PublicContext, UserContext, WorkspaceContext } from "../access/contexts.ts";
import { enterAdmin } from "../access/enter-admin.ts";
import { requireMember, requireUser } from "../access/enter-user.ts";
import { enterWorkspace } from "../access/enter-workspace.ts";
import { requireFeature } from "../access/features.ts";
import { requireScope } from "../access/granted.ts";
import { requireInPerson } from "../access/in-person.ts";
import { restorableSince } from "../access/restorable.ts";
import { requireRate } from "../access/rate-limit.ts";
import { AppError } from "../base/app-error.ts";
import type { Asker, RequestContext } from "./context.ts";
import { toAppError } from "./errors.ts";
import { t } from "./init.ts";
import type { ProcedureMeta } from "./init.ts";
import { measured } from "./measured.ts";
import { runPriced } from "./priced.ts";
import { repeatable } from "./repeatable.ts";
import { findUnstorable } from "./stored-text.ts";

/**
 * The ladder: public → protected → workspace, and admin beside it. Each rung hands on the context of its name.
 * The guard comes first and the input is looked at after it, so that a stranger learns nothing from a bad input.
 */
const procedure = t.procedure.use(measured).use(({ ctx, meta, path, getRawInput, next }) => {
  const { pressure } = ctx.services;
  return pressure.bear(async () => {
    await ctx.rate.take();
    const result = await next({ getRawInput: () => pressure.aside(getRawInput) });
    if (!result.ok) watchForUndeclared(toAppError(result.error), meta, { ctx, path });
    return result;
  });
});

/** The last step before a procedure's own schema: an input that may be left out is `{}`, and nothing unstorable passes. */
const input = t.middleware(async ({ getRawInput, next }) => {
  const raw = (await getRawInput()) ?? {};
  const flaw = findUnstorable(raw);
  if (flaw !== null) throw new AppError("VALIDATION_FAILED", { fields: [flaw] });
  return next({ getRawInput: () => Promise.resolve(raw) });
});

/** Open to everybody, whatever credential comes along. */
export const publicProcedure = procedure
  .meta({ guard: "public" })
  .use(({ ctx, next }) => next({ ctx: publicContext(ctx) }))
  .use(input)
  .use(repeatable);

/** Open to a live user. */
export const protectedProcedure = procedure
  .meta({ guard: "protected" })
  .use(async ({ ctx, meta, next }) => {
    const principal = requireUser(await ctx.asker.principal());
    const user = await ctx.asker.user();
    if (meta?.inPerson === true) requireInPerson(principal);
    requireScope(principal.scopes, meta?.scope);
    if (meta?.attempts !== undefined) await countAttempt(ctx, meta.attempts, user.id);
    const entered: UserContext = {
      ...publicContext(ctx),
      ...clerkTools(ctx),
      actor: userActor(principal, user),
      principal,
      user,
    };
    return next({ ctx: entered });
  })
  .use(input)
  .use(repeatable);

/** Open to a member of the workspace that the input names, whose role holds the permission that `meta` names. */
export const workspaceProcedure = procedure
  .meta({ guard: "workspace" })
  .use(async ({ ctx, meta, path, getRawInput, next }) => {
    // Whoever is nobody is told so before his input is looked at.
    const enterAs = async (asker: Asker) =>
      enterWorkspace({
        principal: requireMember(await asker.principal()),
        callers: ctx.services.callers,
        workspaceId: workspaceIdOf(await getRawInput()),
        permission: meta?.permission ?? refuseUndeclared(),
        scope: meta?.scope,
        deletedSince: meta?.evenIfDeleted === true ? restorableSince(ctx.services.now()) : null,
      });
    const entered = await enterAs(ctx.asker);
    if (meta?.inPerson === true) requireInPerson(entered.principal);
    if (meta?.feature !== undefined) requireFeature(entered, meta.feature, ctx.services.config.limits);
    const context: WorkspaceContext = {
      ...publicContext(ctx),
      ...entered,
      organizations: ctx.services.organizations,
      price: null,
      grantedNow: async () => (await enterAs(ctx.asker.again())).granted,
    };
    const { calls, log } = ctx.services;
    calls.count({ workspaceId: context.workspace.id, keyId: keyIdOf(context), path });
    const run = (priced: WorkspaceContext) => next({ ctx: priced });
    return meta?.cost === undefined
      ? run(context)
      : runPriced(context, { credits: meta.cost, path, log }, run);
  })
  .use(input)
  .use(repeatable);

/** Open to whoever runs this installation. */
export const adminProcedure = procedure
  .meta({ guard: "admin" })
  .use(async ({ ctx, next }) => {
    const admin = await enterAdmin(ctx.asker);
    const entered: AdminContext = { ...publicContext(ctx), ...clerkTools(ctx), ...admin };
    return next({ ctx: entered });
  })
  .use(input)
  .use(repeatable);

function publicContext({ services, requestId }: RequestContext): PublicContext {
  return { db: services.database.db, now: services.now, requestId, limits: services.config.limits };
}

function clerkTools({ services }: RequestContext): Pick<UserContext, "clerkApi" | "organizations" | "log"> {
  const { clerkApi, organizations, log } = services;
  return { clerkApi, organizations, log };
}

function keyIdOf({ principal }: WorkspaceContext): string | null {
  return principal.kind === "apiKey" ? principal.keyId : null;
}

/** Counts what somebody tries and may not try often. @throws AppError RATE_LIMITED */
async function countAttempt({ services }: RequestContext, rate: Rate, counted: string): Promise<void> {
  const { rateLimits } = services;
  requireRate(await rateLimits.consume({ policy: rateLimits.policies.of(rate), counted }, 1));
}

/** Null where the input names none. */
function workspaceIdOf(raw: unknown): string | null {
  const written =
    typeof raw === "object" && raw !== null && "workspaceId" in raw ? raw.workspaceId : undefined;
  if (written === undefined) return null;
  const { data, error } = Id.safeParse(written);
  if (data !== undefined) return data;
  throw new AppError("VALIDATION_FAILED", {
    fields: [{ path: "workspaceId", message: error.issues[0]?.message ?? "Invalid" }],
  });
}

/** `router` has made sure of it; if it ever did not, nobody enters. */
function refuseUndeclared(): never {
  throw new Error("a workspace procedure without a permission");
}

/** A code that a procedure answers without having said so would surprise the clients that are typed from its words. */
function watchForUndeclared(
  { code }: AppError,
  meta: ProcedureMeta | undefined,
  { ctx, path }: { ctx: RequestContext; path: string },
): void {
  const declared: readonly ErrorCode[] = [
    ...COMMON_ERRORS,
    ...GUARD_ERRORS[meta?.guard ?? "public"],
    ...(meta?.errors ?? []),
    ...(ctx.repeatKey === null ? [] : (["IDEMPOTENCY_KEY_REUSED"] as const)),
  ];
  if (!declared.includes(code))
    ctx.services.log.error(
      { path, code, requestId: ctx.requestId },
      "a procedure answered a code that it does not declare",
    );
}
