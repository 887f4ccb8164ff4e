/** What is in an account: `held` is a part of `balance`. All whole and never negative. */
export interface AccountState {
  balance: number;
  held: number;
  /** What could not be taken back. While it is above zero, `balance` equals `held`: nothing is free. */
  owed: number;
}

/** One entry to write: `settlement` pays what was owed, `asked` is everything else. */
export interface Movement {
  amount: number;
  kind: "asked" | "settlement";
}

export interface Change {
  kind: "change";
  after: AccountState;
  movements: Movement[];
}

/** The credits that can be spent or held now. */
export function freeCredits({ balance, held }: AccountState): number {
  return balance - held;
}

/** Credits come in. What is owed is paid by them first. Overflow: every language must be able to hold the balance. */
export function decideGrant(account: AccountState, credits: number): Change | { kind: "overflow" } {
  const balance = account.balance + credits;
  if (!Number.isSafeInteger(balance)) return { kind: "overflow" };
  return settle({ ...account, balance }, [{ amount: credits, kind: "asked" }]);
}

/** Free credits are spent, or taken by an admin; `missing` says how many more there would have to be. */
export function decideSpend(
  account: AccountState,
  credits: number,
): Change | { kind: "insufficient"; missing: number } {
  const free = freeCredits(account);
  if (free < credits) return { kind: "insufficient", missing: credits - free };
  const after = { ...account, balance: account.balance - credits };
  return { kind: "change", after, movements: [{ amount: -credits, kind: "asked" }] };
}

/** A refund or a dispute takes credits back: what is free at once, the rest is owed. Holds are kept: they were promised. */
export function decideTakeBack(account: AccountState, credits: number): Change {
  const taken = Math.min(freeCredits(account), credits);
  const after = {
    ...account,
    balance: account.balance - taken,
    owed: account.owed + credits - taken,
  };
  return { kind: "change", after, movements: taken === 0 ? [] : [{ amount: -taken, kind: "asked" }] };
}

/** Free credits are promised to somebody. No entry is written: they are still there. */
export function decideHold(
  account: AccountState,
  credits: number,
): Change | { kind: "insufficient"; missing: number } {
  const free = freeCredits(account);
  if (free < credits) return { kind: "insufficient", missing: credits - free };
  return { kind: "change", after: { ...account, held: account.held + credits }, movements: [] };
}

/**
 * A hold ends: a part of it is spent, the rest is free again and pays what is owed first.
 *
 * @param spent from 0 (released, lapsed) to all of the held credits
 */
export function decideHoldEnd(account: AccountState, held: number, spent: number): Change {
  const rest = { ...account, held: account.held - held, balance: account.balance - spent };
  return settle(rest, spent === 0 ? [] : [{ amount: -spent, kind: "asked" }]);
}

function settle(account: AccountState, movements: Movement[]): Change {
  const paid = Math.min(account.owed, freeCredits(account));
  if (paid === 0) return { kind: "change", after: account, movements };
  const after = { ...account, balance: account.balance - paid, owed: account.owed - paid };
  return { kind: "change", after, movements: [...movements, { amount: -paid, kind: "settlement" }] };
}
