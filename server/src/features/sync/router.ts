import { ClerkDifferences, ReconcileWithClerk } from "@gatehouse/shared";
import { adminProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { reconcileWithClerk } from "./operations.ts";

export const adminSyncRouter = router({
  reconcile: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/sync/reconcile" },
      errors: ["PROVIDER_ERROR"],
      summary:
        "Compare users, organizations, memberships and invitations with Clerk, and repair the differences",
    })
    .input(ReconcileWithClerk)
    .output(ClerkDifferences)
    .mutation(({ ctx, input }) => reconcileWithClerk(ctx, input)),
});
