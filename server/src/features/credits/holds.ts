import type { CaptureCredits, CreditHold, HoldCredits, ReleaseCredits } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { fingerprintOf, refuseOtherInput } from "../../access/idempotency.ts";
import { AppError } from "../../base/app-error.ts";
import type { CreditHold as HoldRow } from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";
import { inTransaction } from "../../database/transaction.ts";
import { decideHold, decideHoldEnd } from "./decide-change.ts";
import { applyChange, lockAccount } from "./ledger.ts";
import type { LockedAccount } from "./ledger.ts";
import { toHold } from "./present.ts";
import { insufficient } from "./spend.ts";

/**
 * Whose a hold is. That of a priced call is no caller's to end while the call runs: he would have the work for
 * nothing. Keys begin with it, so that those of callers and those of calls never meet.
 */
export type Holder = "caller" | "call";

/**
 * Promises free credits to whoever captures them in time; after that they are free again by themselves.
 *
 * @throws AppError INSUFFICIENT_CREDITS, IDEMPOTENCY_KEY_REUSED
 */
export function holdCredits(
  ctx: WorkspaceContext,
  input: HoldCredits,
  holder: Holder = "caller",
): Promise<CreditHold> {
  const { credits, reason, expiresInSeconds } = input;
  const idempotencyKey = `${holder}:${input.idempotencyKey}`;
  const { db, now, workspace } = ctx;
  const fingerprint = fingerprintOf({ credits, reason, expiresInSeconds });
  return inTransaction(db, async (tx) => {
    const at = now();
    const account = await lockAccount(tx, { workspaceId: workspace.id }, at);
    const earlier = await tx.creditHold.findUnique({
      where: { accountId_idempotencyKey: { accountId: account.id, idempotencyKey } },
    });
    if (earlier !== null) {
      refuseOtherInput(earlier, fingerprint);
      return toHold(earlier);
    }
    const decision = decideHold(account, credits);
    if (decision.kind === "insufficient") throw insufficient(decision.missing);
    await tx.creditAccount.update({ where: { id: account.id }, data: { held: decision.after.held } });
    const expiresAt = new Date(at.getTime() + expiresInSeconds * 1_000);
    const hold = await tx.creditHold.create({
      data: {
        accountId: account.id,
        credits,
        reason,
        idempotencyKey,
        fingerprint,
        expiresAt,
        createdAt: at,
      },
    });
    await audit(tx, ctx, "credits.hold", hold);
    return toHold(hold);
  });
}

/**
 * Spends what is held, or a part of it; the rest is free again. Capturing the same again gives the same answer.
 *
 * @throws AppError NOT_FOUND; HOLD_EXPIRED for a hold that lapsed or was released; VALIDATION_FAILED for more than
 * is held; IDEMPOTENCY_KEY_REUSED where another number of credits has been captured
 */
export function captureCredits(ctx: WorkspaceContext, input: CaptureCredits): Promise<CreditHold> {
  return inTransaction(ctx.db, (tx) => captureIn(tx, ctx, { ...input, holder: "caller" }));
}

/** As `captureCredits`, in a transaction of the caller's. */
export function captureIn(
  tx: Transaction,
  ctx: WorkspaceContext,
  { holdId, credits, holder }: CaptureCredits & { holder: Holder },
): Promise<CreditHold> {
  return withHold(tx, ctx, { id: holdId, holder }, async (account, hold) => {
    const spent = credits ?? Number(hold.credits);
    switch (hold.state) {
      case "open": {
        if (spent > Number(hold.credits)) throw tooMuch(Number(hold.credits));
        const ended = await endHold(tx, ctx, { account, hold, spent });
        await audit(tx, ctx, "credits.capture", ended);
        return toHold(ended);
      }
      case "captured":
        if (spent !== Number(hold.captured))
          throw new AppError("IDEMPOTENCY_KEY_REUSED", {
            detail: "Another number of credits of this hold has been captured.",
          });
        return toHold(hold);
      case "released":
        throw new AppError("HOLD_EXPIRED", { detail: "The hold has been released." });
      case "lapsed":
        throw new AppError("HOLD_EXPIRED");
    }
  });
}

/**
 * Frees what is held. A hold that has ended without a capture is answered as it is.
 *
 * @throws AppError NOT_FOUND; HOLD_EXPIRED for a hold that was captured
 */
export function releaseCredits(
  ctx: WorkspaceContext,
  { holdId }: ReleaseCredits,
  holder: Holder = "caller",
): Promise<CreditHold> {
  return inTransaction(ctx.db, (tx) =>
    withHold(tx, ctx, { id: holdId, holder }, async (account, hold) => {
      switch (hold.state) {
        case "open": {
          const ended = await endHold(tx, ctx, { account, hold, spent: 0 });
          await audit(tx, ctx, "credits.release", ended);
          return toHold(ended);
        }
        case "captured":
          throw new AppError("HOLD_EXPIRED", { detail: "The hold has been captured." });
        case "released":
        case "lapsed":
          return toHold(hold);
      }
    }),
  );
}

type Work = (account: LockedAccount, hold: HoldRow) => Promise<CreditHold>;

/** Finds the hold after the account is locked: nobody else ends it meanwhile, and whether it has lapsed is settled. */
async function withHold(
  tx: Transaction,
  { workspace, now }: WorkspaceContext,
  { id, holder }: { id: string; holder: Holder },
  work: Work,
): Promise<CreditHold> {
  const account = await lockAccount(tx, { workspaceId: workspace.id }, now());
  const hold = await tx.creditHold.findFirst({
    where: { id, accountId: account.id, idempotencyKey: { startsWith: `${holder}:` } },
  });
  if (hold === null) throw new AppError("NOT_FOUND");
  return work(account, hold);
}

async function endHold(
  tx: Transaction,
  { now, actor }: WorkspaceContext,
  { account, hold, spent }: { account: LockedAccount; hold: HoldRow; spent: number },
): Promise<HoldRow> {
  const { id, reason } = hold;
  const fingerprint = fingerprintOf({ spent });
  await applyChange(tx, account, decideHoldEnd(account, Number(hold.credits), spent), {
    source: "spend",
    reason,
    key: `hold:${id}`,
    fingerprint,
    actor,
    at: now(),
  });
  return tx.creditHold.update({
    where: { id },
    data: { state: spent === 0 ? "released" : "captured", captured: spent },
  });
}

function tooMuch(held: number): AppError {
  return new AppError("VALIDATION_FAILED", {
    fields: [{ path: "credits", message: `Too much: expected at most the ${held} that are held` }],
  });
}

function audit(tx: Transaction, ctx: WorkspaceContext, action: string, hold: HoldRow): Promise<void> {
  const after = { credits: Number(hold.credits), captured: Number(hold.captured), state: hold.state };
  return recordAudit(tx, ctx, {
    action,
    target: { type: "creditHold", id: hold.id },
    workspaceId: ctx.workspace.id,
    after,
  });
}
