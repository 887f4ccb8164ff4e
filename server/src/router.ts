import { accessCodesRouter, adminAccessCodesRouter } from "./features/access-codes/router.ts";
import { apiKeysRouter } from "./features/api-keys/router.ts";
import { adminAuditRouter, auditRouter } from "./features/audit/router.ts";
import { authRouter } from "./features/auth/router.ts";
import { billingRouter } from "./features/billing/router.ts";
import { adminCreditsRouter, creditsRouter } from "./features/credits/router.ts";
import { eventsRouter } from "./features/events/router.ts";
import { invitationsRouter } from "./features/invitations/router.ts";
import { meRouter } from "./features/me/router.ts";
import { membersRouter } from "./features/members/router.ts";
import { projectsRouter } from "./features/projects/router.ts";
import { adminSyncRouter } from "./features/sync/router.ts";
import { adminUsersRouter } from "./features/users/router.ts";
import { adminWebhooksRouter } from "./features/webhooks/router.ts";
import { adminWorkspacesRouter, workspacesRouter } from "./features/workspaces/router.ts";
import { usageRouter } from "./features/usage/router.ts";
import { readProcedures } from "./trpc/read-procedures.ts";
import { router } from "./trpc/router.ts";
import type { AnyRouter } from "@trpc/server";

const PROCEDURES = {
  auth: authRouter,
  me: meRouter,
  accessCodes: accessCodesRouter,
  workspaces: workspacesRouter,
  members: membersRouter,
  invitations: invitationsRouter,
  projects: projectsRouter,
  apiKeys: apiKeysRouter,
  credits: creditsRouter,
  billing: billingRouter,
  audit: auditRouter,
  usage: usageRouter,
  events: eventsRouter,
};

const ADMIN_PROCEDURES = {
  accessCodes: adminAccessCodesRouter,
  users: adminUsersRouter,
  webhooks: adminWebhooksRouter,
  sync: adminSyncRouter,
  workspaces: adminWorkspacesRouter,
  credits: adminCreditsRouter,
  audit: adminAuditRouter,
};

/** Every procedure of ours: one line a feature. */
export const appRouter = router({ ...PROCEDURES, admin: router(ADMIN_PROCEDURES) });

export type AppRouter = typeof appRouter;

/** The procedures of a feature that a product adds, by the name in front of them: `{ tickets: ticketsRouter }`. */
export interface AddedProcedures {
  procedures?: Readonly<Record<string, AnyRouter>>;
  /** The same below `admin`: the only place for procedures that an admin key opens. */
  adminProcedures?: Readonly<Record<string, AnyRouter>>;
}

/**
 * Our procedures, and those of the product.
 *
 * @throws Error naming a name that is taken, or a procedure for admins that stands among the others
 */
export function buildRouter(features: readonly AddedProcedures[]): AnyRouter {
  if (features.length === 0) return appRouter;
  const added = features.flatMap(({ procedures = {} }) => Object.entries(procedures));
  const addedForAdmins = features.flatMap(({ adminProcedures = {} }) => Object.entries(adminProcedures));
  const whole = router({
    ...together({ ...PROCEDURES, admin: {} }, added),
    admin: router(together(ADMIN_PROCEDURES, addedForAdmins)),
  });
  for (const { path, guard } of readProcedures(whole))
    if ((guard === "admin") !== path.startsWith("admin."))
      throw new Error(`${path}: procedures for admins, and no others, stand in adminProcedures`);
  return whole;
}

function together<Ours extends object>(ours: Ours, added: readonly [string, AnyRouter][]) {
  const all: Record<string, AnyRouter> = {};
  for (const [name, each] of added) {
    if (name in ours || name in all) throw new Error(`two features are called ${name}`);
    all[name] = each;
  }
  return { ...ours, ...all };
}
