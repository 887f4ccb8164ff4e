import type { CreditEntry, SpendCredits } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { fingerprintOf, refuseOtherInput } from "../../access/idempotency.ts";
import { AppError } from "../../base/app-error.ts";
import { inTransaction } from "../../database/transaction.ts";
import { decideSpend } from "./decide-change.ts";
import { applyChange, findEntry, lockAccount } from "./ledger.ts";
import { toEntry } from "./present.ts";

/**
 * Spends free credits of the workspace, once for each key.
 *
 * @throws AppError INSUFFICIENT_CREDITS, IDEMPOTENCY_KEY_REUSED
 */
export function spendCredits(
  ctx: WorkspaceContext,
  { credits, reason, idempotencyKey }: SpendCredits,
): Promise<CreditEntry> {
  const { db, now, workspace, actor } = ctx;
  const key = `spend:${idempotencyKey}`;
  const fingerprint = fingerprintOf({ credits, reason });
  return inTransaction(db, async (tx) => {
    const at = now();
    const account = await lockAccount(tx, { workspaceId: workspace.id }, at);
    const earlier = await findEntry(tx, account.id, key);
    if (earlier !== null) {
      refuseOtherInput(earlier, fingerprint);
      return toEntry(earlier);
    }
    const decision = decideSpend(account, credits);
    if (decision.kind === "insufficient") throw insufficient(decision.missing);
    const cause = { source: "spend", reason, key, fingerprint, actor, at } as const;
    const { entry } = await applyChange(tx, account, decision, cause);
    if (entry === null) throw new Error("credits were spent without an entry");
    await recordAudit(tx, ctx, {
      action: "credits.spend",
      target: { type: "creditEntry", id: entry.id },
      workspaceId: workspace.id,
      after: { credits },
    });
    return toEntry(entry);
  });
}

export function insufficient(missing: number): AppError {
  const noun = missing === 1 ? "credit is" : "credits are";
  return new AppError("INSUFFICIENT_CREDITS", { detail: `${missing} ${noun} missing.` });
}
