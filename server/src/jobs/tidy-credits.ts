import { lockAccount } from "../features/credits/ledger.ts";
import type { AccountOwner } from "../features/credits/ledger.ts";
import type { JobTools } from "./jobs.ts";

/** So many a run, so that a backlog is worked off in short transactions. */
const MOST_AT_ONCE = 100;

/**
 * Puts away holds that have lapsed. Whoever uses their account next would do it; this is for accounts that nobody uses,
 * so that what they owe is settled.
 */
export async function lapseHolds({ tx, at }: JobTools): Promise<number> {
  // By the holds, of which an index knows the due ones; the accounts would all be looked at.
  const due = await tx.creditHold.findMany({
    where: { state: "open", expiresAt: { lte: at } },
    select: { account: { select: { id: true, userId: true, workspaceId: true } } },
    orderBy: { expiresAt: "asc" },
    take: MOST_AT_ONCE,
  });
  const accounts = new Map(due.map(({ account }) => [account.id, account]));
  // In one order, so that two who lock several never wait for each other.
  const inOrder = [...accounts.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
  for (const account of inOrder) {
    const owner = ownerOf(account);
    if (owner !== null) await lockAccount(tx, owner, at);
  }
  return accounts.size;
}

function ownerOf({
  userId,
  workspaceId,
}: {
  userId: string | null;
  workspaceId: string | null;
}): AccountOwner | null {
  if (workspaceId !== null) return { workspaceId };
  return userId === null ? null : { userId };
}

/** Answers that are kept no longer. Nobody is given them any more; only the rows are left. */
export async function pruneAnswers({ tx, at }: JobTools): Promise<number> {
  const { count } = await tx.idempotencyRecord.deleteMany({ where: { expiresAt: { lte: at } } });
  return count;
}
