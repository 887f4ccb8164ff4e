import type { ClerkDifferences, ReconcileWithClerk } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { AdminContext } from "../../access/contexts.ts";
import { inTransaction } from "../../database/transaction.ts";
import { reconcile } from "../../mirror/reconcile/reconcile.ts";

/**
 * Compares Clerk with the local tables, and repairs them unless it is a dry run.
 *
 * @throws AppError UNAVAILABLE while another comparison is under way, or where Clerk has no answer for too long
 */
export async function reconcileWithClerk(
  ctx: AdminContext,
  { dryRun }: ReconcileWithClerk,
): Promise<ClerkDifferences> {
  const { db, now, organizations } = ctx;
  const found = await reconcile({ db, now, ...organizations }, { dryRun });
  if (!dryRun) {
    const { missing, changed, extra } = found;
    await inTransaction(db, (tx) =>
      recordAudit(tx, ctx, {
        action: "admin.sync.reconcile",
        target: { type: "installation", id: "clerk" },
        workspaceId: null,
        after: { missing: missing.length, changed: changed.length, extra: extra.length },
      }),
    );
  }
  return found;
}
