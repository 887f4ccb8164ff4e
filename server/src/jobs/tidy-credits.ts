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
  const due = await tx.creditAccount.findMany({
    where: { holds: { some: { state: "open", expiresAt: { lte: at } } } },
    select: { userId: true, workspaceId: true },
    orderBy: { id: "asc" },
    take: MOST_AT_ONCE,
  });
  for (const { userId, workspaceId } of due) {
    const owner: AccountOwner | null =
      workspaceId !== null ? { workspaceId } : userId !== null ? { userId } : null;
    if (owner !== null) await lockAccount(tx, owner, at);
  }
  return due.length;
}

/** Answers that are kept no longer. Nobody is given them any more; only the rows are left. */
export async function pruneAnswers({ tx, at }: JobTools): Promise<number> {
  const { count } = await tx.idempotencyRecord.deleteMany({ where: { expiresAt: { lte: at } } });
  return count;
}
