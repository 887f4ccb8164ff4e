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
import { router } from "./trpc/router.ts";

/** Every procedure there is: one line a feature. */
export const appRouter = router({
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
  admin: router({
    accessCodes: adminAccessCodesRouter,
    users: adminUsersRouter,
    webhooks: adminWebhooksRouter,
    sync: adminSyncRouter,
    workspaces: adminWorkspacesRouter,
    credits: adminCreditsRouter,
    audit: adminAuditRouter,
  }),
});

export type AppRouter = typeof appRouter;
