import type {
  CreditBalance,
  CreditEntry,
  CreditExplanation,
  ExplainCredits,
  ListMyCreditEntries,
  Page,
} from "@gatehouse/shared";
import type { PublicContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { CreditEntry as EntryRow } from "../../database/generated/client.ts";
import type { Database } from "../../database/open.ts";
import type { AccountOwner } from "./ledger.ts";
import { toEntry } from "./present.ts";

const NOTHING: CreditBalance = { balance: 0, held: 0, available: 0, owed: 0 };

/** What is in an account now. A hold that has lapsed keeps nothing, though nobody has put it away yet. */
export async function readBalance({ db, now }: PublicContext, owner: AccountOwner): Promise<CreditBalance> {
  const account = await db.creditAccount.findFirst({
    where: owner,
    select: {
      balance: true,
      owed: true,
      holds: { where: { state: "open", expiresAt: { gt: now() } }, select: { credits: true } },
    },
  });
  if (account === null) return NOTHING;
  const balance = Number(account.balance);
  const owed = Number(account.owed);
  const held = account.holds.reduce((sum, { credits }) => sum + Number(credits), 0);
  return { balance, held, available: Math.max(0, balance - held - owed), owed };
}

/** The newest first. */
export async function listEntries(
  { db }: PublicContext,
  owner: AccountOwner,
  input: ListMyCreditEntries,
): Promise<Page<CreditEntry>> {
  const account = await findAccount(db, owner);
  if (account === null) return { items: [], nextCursor: null };
  const { rows, nextCursor } = await readSlice(db, { ...input, accountId: account.id });
  return { items: rows.map(toEntry), nextCursor };
}

/**
 * Says which entries make the balance of a moment.
 *
 * The order of the entries decides, not their clocks: two servers may disagree by some milliseconds, and the sum must
 * not. The last entry that was written by then, and all before it, make the balance.
 */
export async function explainCredits(
  { db, now }: PublicContext,
  owner: AccountOwner,
  input: Omit<ExplainCredits, "workspaceId">,
): Promise<CreditExplanation> {
  const at = input.at === undefined ? now() : new Date(input.at);
  const account = await findAccount(db, owner);
  const last =
    account === null
      ? null
      : await db.creditEntry.findFirst({
          where: { accountId: account.id, createdAt: { lte: at } },
          orderBy: { number: "desc" },
        });
  if (last === null)
    return { at: at.toISOString(), balance: 0, entryCount: 0, items: [], before: 0, nextCursor: null };

  const { rows, nextCursor } = await readSlice(db, {
    ...input,
    accountId: last.accountId,
    newest: last.number,
  });
  const oldest = rows.at(-1);
  return {
    at: at.toISOString(),
    balance: Number(last.balanceAfter),
    entryCount: Number(last.number),
    items: rows.map(toEntry),
    before: oldest === undefined ? 0 : Number(oldest.balanceAfter - oldest.amount),
    nextCursor,
  };
}

function findAccount(db: Database, owner: AccountOwner): Promise<{ id: string } | null> {
  return db.creditAccount.findFirst({ where: owner, select: { id: true } });
}

interface SliceOfEntries {
  accountId: string;
  cursor?: string;
  limit: number;
  /** The number of the entry to begin with; the newest of all where it is left out. */
  newest?: bigint;
}

/** Pages go by the entries' numbers: entries of one instant keep their order. */
async function readSlice(
  db: Database,
  { accountId, cursor, limit, newest }: SliceOfEntries,
): Promise<{ rows: EntryRow[]; nextCursor: string | null }> {
  const number = {
    ...(cursor === undefined ? {} : { lt: numberOf(cursor) }),
    ...(newest === undefined ? {} : { lte: newest }),
  };
  const found = await db.creditEntry.findMany({
    where: { accountId, number },
    orderBy: { number: "desc" },
    take: limit + 1,
  });
  const rows = found.slice(0, limit);
  return { rows, nextCursor: found.length > limit ? String(rows.at(-1)?.number) : null };
}

function numberOf(cursor: string): bigint {
  if (/^\d{1,16}$/.test(cursor)) return BigInt(cursor);
  throw new AppError("VALIDATION_FAILED", {
    fields: [{ path: "cursor", message: "Not a cursor of this list" }],
  });
}
