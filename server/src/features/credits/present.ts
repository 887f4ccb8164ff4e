import type { CreditEntry, CreditHold } from "@gatehouse/shared";
import type { CreditEntry as EntryRow, CreditHold as HoldRow } from "../../database/generated/client.ts";

export function toEntry({ id, amount, balanceAfter, reason, source, createdAt }: EntryRow): CreditEntry {
  return {
    id,
    amount: Number(amount),
    balanceAfter: Number(balanceAfter),
    reason,
    source,
    createdAt: createdAt.toISOString(),
  };
}

export function toHold(row: HoldRow): CreditHold {
  const { id, credits, captured, state, reason } = row;
  return {
    id,
    credits: Number(credits),
    captured: Number(captured),
    state,
    reason,
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}
