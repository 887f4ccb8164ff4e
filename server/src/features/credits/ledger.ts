import type { CreditSource } from "@gatehouse/shared";
import type { Actor } from "../../access/contexts.ts";
import type { CreditEntry as EntryRow } from "../../database/generated/client.ts";
import { Prisma } from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";
import { decideHoldEnd } from "./decide-change.ts";
import type { AccountState, Change } from "./decide-change.ts";

/** Whose account: every workspace and every user has one. */
export type AccountOwner = { workspaceId: string } | { userId: string };

/** An account whose row this transaction holds: nobody else changes it before the commit. */
export interface LockedAccount extends AccountState {
  id: string;
  entryCount: number;
}

/** Why a change happens, as its entry tells. */
export interface Cause {
  source: CreditSource;
  reason: string;
  /** Makes it happen once; begins with its kind, so that keys of callers and of events never meet. */
  key: string;
  fingerprint: string;
  actor: Pick<Actor, "kind" | "id">;
  at: Date;
}

/**
 * Locks an account, which is made by its first change, and ends the holds that have lapsed. Every decision about an
 * account is made after this and before the commit, so no two of them see the same credits.
 */
export async function lockAccount(tx: Transaction, owner: AccountOwner, at: Date): Promise<LockedAccount> {
  let row = await selectForUpdate(tx, owner, at);
  if (row === null) {
    // Two at once: one makes the row, the other waits here and finds it.
    await tx.creditAccount.createMany({ data: { ...owner, createdAt: at }, skipDuplicates: true });
    row = await selectForUpdate(tx, owner, at);
  }
  if (row === null) throw new Error("an account that was just made is not there");
  const account = toLocked(row);
  return row.has_lapsed ? endLapsed(tx, account, at) : account;
}

interface AccountRow {
  id: string;
  balance: bigint;
  held: bigint;
  owed: bigint;
  entry_count: bigint;
  has_lapsed: boolean;
}

async function selectForUpdate(tx: Transaction, owner: AccountOwner, at: Date): Promise<AccountRow | null> {
  const mine =
    "userId" in owner
      ? Prisma.sql`user_id = ${owner.userId}::uuid`
      : Prisma.sql`workspace_id = ${owner.workspaceId}::uuid`;
  const [row] = await tx.$queryRaw<AccountRow[]>`
    SELECT id, balance, held, owed, entry_count, held > 0 AND EXISTS (
      SELECT 1 FROM credit_holds h WHERE h.account_id = a.id AND h.state = 'open' AND h.expires_at <= ${at}) AS has_lapsed
    FROM credit_accounts a WHERE ${mine} FOR UPDATE`;
  return row ?? null;
}

/** The checks of the table keep every amount below 2^53, so nothing is lost. */
function toLocked({ id, balance, held, owed, entry_count }: AccountRow): LockedAccount {
  return {
    id,
    balance: Number(balance),
    held: Number(held),
    owed: Number(owed),
    entryCount: Number(entry_count),
  };
}

async function endLapsed(tx: Transaction, account: LockedAccount, at: Date): Promise<LockedAccount> {
  const lapsed = await tx.creditHold.updateManyAndReturn({
    where: { accountId: account.id, state: "open", expiresAt: { lte: at } },
    data: { state: "lapsed" },
    select: { credits: true },
  });
  const credits = lapsed.reduce((sum, hold) => sum + Number(hold.credits), 0);
  const cause: Cause = {
    source: "settlement",
    reason: "A hold has lapsed",
    key: "",
    fingerprint: "",
    actor: { kind: "system", id: null },
    at,
  };
  return (await applyChange(tx, account, decideHoldEnd(account, credits, 0), cause)).account;
}

/**
 * Writes what was decided about a locked account: its new amounts and an entry for each movement.
 *
 * @returns the account as it is now, and the entry of what was asked for, where it moved credits
 */
export async function applyChange(
  tx: Transaction,
  account: LockedAccount,
  { after, movements }: Change,
  cause: Cause,
): Promise<{ account: LockedAccount; entry: EntryRow | null }> {
  const changed = { ...account, ...after, entryCount: account.entryCount + movements.length };
  const { id, balance, held, owed, entryCount } = changed;
  await tx.creditAccount.update({ where: { id }, data: { balance, held, owed, entryCount } });
  if (movements.length === 0) return { account: changed, entry: null };

  let { balance: balanceAfter, entryCount: number } = account;
  const entries = movements.map(({ amount, kind }) => {
    balanceAfter += amount;
    number += 1;
    const facts = kind === "asked" ? asked(cause) : settlement(number);
    const { kind: actorKind, id: actorId } = cause.actor;
    return { accountId: id, number, amount, balanceAfter, ...facts, actorKind, actorId, createdAt: cause.at };
  });
  const rows = await tx.creditEntry.createManyAndReturn({ data: entries });
  return { account: changed, entry: rows.find((row) => row.idempotencyKey === cause.key) ?? null };
}

function asked({ source, reason, key, fingerprint }: Cause) {
  return { source, reason, idempotencyKey: key, fingerprint };
}

function settlement(number: number) {
  const reason = "Paid what was owed";
  return { source: "settlement" as const, reason, idempotencyKey: `settlement:${number}`, fingerprint: "" };
}

/** The entry that was written under this key, if it was used before. */
export function findEntry(tx: Transaction, accountId: string, key: string): Promise<EntryRow | null> {
  return tx.creditEntry.findUnique({
    where: { accountId_idempotencyKey: { accountId, idempotencyKey: key } },
  });
}
