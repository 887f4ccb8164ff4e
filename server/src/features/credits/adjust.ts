import type { AdjustCredits, CreditEntry } from "@gatehouse/shared";
import { randomUUID } from "node:crypto";
import { recordAudit } from "../../access/audit.ts";
import type { AdminContext } from "../../access/contexts.ts";
import { fingerprintOf, refuseOtherInput } from "../../access/idempotency.ts";
import { findReferredUser } from "../../access/user-reference.ts";
import { AppError } from "../../base/app-error.ts";
import type { Database } from "../../database/open.ts";
import { inTransaction } from "../../database/transaction.ts";
import { decideGrant, decideSpend } from "./decide-change.ts";
import type { AccountState, Change } from "./decide-change.ts";
import { applyChange, findEntry, lockAccount } from "./ledger.ts";
import type { AccountOwner } from "./ledger.ts";
import { toEntry } from "./present.ts";
import { insufficient } from "./spend.ts";

/**
 * Gives credits to an account or takes free ones from it, in the name of whoever runs this installation.
 *
 * @throws AppError NOT_FOUND; INSUFFICIENT_CREDITS where more would be taken than is free; IDEMPOTENCY_KEY_REUSED
 */
export async function adjustCredits(ctx: AdminContext, input: AdjustCredits): Promise<CreditEntry> {
  const { db, now, actor } = ctx;
  const { credits, reason, idempotencyKey = randomUUID() } = input;
  const owner = await findOwner(db, input);
  const key = `adjustment:${idempotencyKey}`;
  const fingerprint = fingerprintOf({ credits, reason });
  return inTransaction(db, async (tx) => {
    const at = now();
    const account = await lockAccount(tx, owner, at);
    const earlier = await findEntry(tx, account.id, key);
    if (earlier !== null) {
      refuseOtherInput(earlier, fingerprint);
      return toEntry(earlier);
    }
    const cause = { source: "adjustment", reason, key, fingerprint, actor, at } as const;
    const { account: after, entry } = await applyChange(tx, account, decide(account, credits), cause);
    if (entry === null) throw new Error("credits were adjusted without an entry");
    await recordAudit(tx, ctx, {
      action: "admin.credits.adjust",
      target: { type: "creditAccount", id: account.id },
      workspaceId: "workspaceId" in owner ? owner.workspaceId : null,
      before: { balance: account.balance, owed: account.owed },
      after: { balance: after.balance, owed: after.owed, credits },
    });
    return toEntry(entry);
  });
}

function decide(account: AccountState, credits: number): Change {
  const decision = credits > 0 ? decideGrant(account, credits) : decideSpend(account, -credits);
  switch (decision.kind) {
    case "change":
      return decision;
    case "insufficient":
      throw insufficient(decision.missing);
    case "overflow":
      throw new AppError("VALIDATION_FAILED", {
        fields: [{ path: "credits", message: "Too many: no account holds 2^53 credits" }],
      });
  }
}

async function findOwner(db: Database, { userId, workspaceId }: AdjustCredits): Promise<AccountOwner> {
  if (userId !== undefined) return { userId: (await findReferredUser(db, userId)).id };
  const open = { id: workspaceId ?? "", deletedAt: null };
  const workspace = await db.workspace.findFirst({ where: open, select: { id: true } });
  if (workspace === null) throw new AppError("NOT_FOUND");
  return { workspaceId: workspace.id };
}
