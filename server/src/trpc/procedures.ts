import { Id } from "@gatehouse/shared";
import type { Rate } from "@gatehouse/shared";
import { userActor } from "../access/actor.ts";
import type {
  AdminContext,
  MemberPrincipal,
  PublicContext,
  UserContext,
  WorkspaceContext,
} from "../access/contexts.ts";
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
import { t } from "./init.ts";
import { runPriced } from "./priced.ts";
import { runCall } from "./run-call.ts";
import type { Call } from "./run-call.ts";

/**
 * The ladder: public → protected → workspace, and admin beside it. Each rung hands on the context of its name, once
 * `runCall` has seen to what is the same for all of them.
 */
const { procedure } = t;

/** Open to everybody, whatever credential comes along. */
export const publicProcedure = procedure
  .meta({ guard: "public" })
  .use((call) => runCall(call, ({ ctx }) => publicContext(ctx), call.next<PublicContext>));

/** Open to a live user. */
export const protectedProcedure = procedure
  .meta({ guard: "protected" })
  .use((call) => runCall(call, enterAsUser, call.next<UserContext>));

/** Open to a member of the workspace that the input names, whose role holds the permission that `meta` names. */
export const workspaceProcedure = procedure.meta({ guard: "workspace" }).use((call) => {
  const { meta, path, ctx } = call;
  const next = call.next<WorkspaceContext>;
  const cost = meta?.cost;
  if (cost === undefined) return runCall(call, enterNamedWorkspace, next);
  const price = { credits: cost, path, log: ctx.services.log };
  return runCall(call, enterNamedWorkspace, (on) =>
    runPriced(on.ctx, price, (priced) => next({ ...on, ctx: priced })),
  );
});

/** Open to whoever runs this installation. */
export const adminProcedure = procedure
  .meta({ guard: "admin" })
  .use((call) => runCall(call, enterAsAdmin, call.next<AdminContext>));

async function enterAsUser({ ctx, meta }: Call): Promise<UserContext> {
  const principal = requireUser(await ctx.asker.principal());
  const user = await ctx.asker.user();
  if (meta?.inPerson === true) requireInPerson(principal);
  requireScope(principal.scopes, meta?.scope);
  if (meta?.attempts !== undefined) await countAttempt(ctx, meta.attempts, user.id);
  const { db, byHand, now, requestId, limits } = publicContext(ctx);
  const { clerkApi, organizations, log } = ctx.services;
  const actor = userActor(principal, user);
  return { db, byHand, now, requestId, limits, clerkApi, organizations, log, actor, principal, user };
}

async function enterNamedWorkspace({ ctx, meta, path, getRawInput }: Call): Promise<WorkspaceContext> {
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
  const { actor, principal, workspace, member, granted } = entered;
  ctx.services.calls.count({ workspaceId: workspace.id, keyId: keyIdOf(principal), path });
  const { db, byHand, now, requestId, limits } = publicContext(ctx);
  return {
    db,
    byHand,
    now,
    requestId,
    limits,
    actor,
    principal,
    workspace,
    member,
    granted,
    organizations: ctx.services.organizations,
    price: null,
    grantedNow: async () => (await enterAs(ctx.asker.again())).granted,
  };
}

async function enterAsAdmin({ ctx }: Call): Promise<AdminContext> {
  const admin = await enterAdmin(ctx.asker);
  const { clerkApi, organizations, log } = ctx.services;
  return { ...publicContext(ctx), clerkApi, organizations, log, ...admin };
}

function publicContext({ services, requestId }: RequestContext): PublicContext {
  const { database, byHand, now, config } = services;
  return { db: database.db, byHand, now, requestId, limits: config.limits };
}

function keyIdOf(principal: MemberPrincipal): string | null {
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
