/** What a provider said of a payment: the total refunded so far, one refund, or one dispute. */
export interface Fact {
  kind: "refundTotal" | "refund" | "dispute";
  /** In the currency's smallest unit. */
  amount: number;
  stage: Stage;
}

/** Later stages win, whatever came first: 0 counts, 1 counts no more (failed, won), 2 counts for good (lost). */
export type Stage = 0 | 1 | 2;

/**
 * What two messages about one thing say together. The order in which they came makes no difference.
 */
export function mergeFacts(known: Fact | null, told: Fact): Fact {
  if (known === null) return told;
  return {
    kind: told.kind,
    amount: Math.max(known.amount, told.amount),
    stage: known.stage > told.stage ? known.stage : told.stage,
  };
}

export interface TakenBack {
  refunded: number;
  disputed: number;
}

/**
 * What the buyer has back, or asks back.
 *
 * The total of a charge is known without its single refunds and the other way round, so the larger of both counts. A
 * refund that failed is still in the largest total that was ever told, so it is taken out of it.
 */
export function sumFacts(facts: readonly Fact[]): TakenBack {
  const sum = (kind: Fact["kind"], counts: (stage: Stage) => boolean): number =>
    facts
      .filter((fact) => fact.kind === kind && counts(fact.stage))
      .reduce((total, { amount }) => total + amount, 0);
  const failed = sum("refund", (stage) => stage === 1);
  const single = sum("refund", (stage) => stage !== 1);
  const total = sum("refundTotal", () => true);
  return {
    refunded: Math.max(total - failed, single, 0),
    disputed: sum("dispute", (stage) => stage !== 1),
  };
}

export interface Sold {
  credits: number;
  amount: number;
  /** What a lost dispute costs: taken beside the refunds (Stripe), or itself told as a refund too (PayPal). */
  disputes: "beside refunds" | "told as refunds";
}

/**
 * The credits that a payment is worth after what was taken back: all of them for all of the money, none for none, and
 * never a part of a credit more than was paid for.
 */
export function creditsLeft({ credits, amount, disputes }: Sold, { refunded, disputed }: TakenBack): number {
  const back = disputes === "beside refunds" ? refunded + disputed : Math.max(refunded, disputed);
  const kept = Math.max(0, amount - back);
  // credits × amount may go beyond 2^53.
  return Number((BigInt(credits) * BigInt(kept)) / BigInt(amount));
}
