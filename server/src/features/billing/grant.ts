import type { CreditSource } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type {
  PaymentFact,
  PaymentFactKind,
  Payment as PaymentRow,
  PaymentProvider,
} from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";
import { decideGrant, decideTakeBack } from "../credits/decide-change.ts";
import { applyChange, lockAccount } from "../credits/ledger.ts";
import type { AccountOwner } from "../credits/ledger.ts";
import { creditsLeft, mergeFacts, sumFacts } from "./decide-payment.ts";
import type { Fact, Stage } from "./decide-payment.ts";
import { lockPayment } from "./settle.ts";
import type { Settled, SettleTools } from "./settle.ts";

/** What an event says was given back, or is asked back, of a payment. */
export interface ToldFact extends Fact {
  provider: PaymentProvider;
  reference: string;
  /** The refund's or the dispute's own id; empty for the total. */
  id: string;
}

/**
 * Takes over what an event says of a refund or a dispute, and takes back or gives again the credits that it is worth.
 * It may come before the news that the payment was made; then it is counted when that comes.
 */
export async function settleFact(tx: Transaction, told: ToldFact, tools: SettleTools): Promise<Settled> {
  const { provider, reference, kind, id } = told;
  await lockPayment(tx, provider, reference);
  const key = { provider_reference_kind_id: { provider, reference, kind, id } };
  const row = await tx.paymentFact.findUnique({ where: key });
  const { amount, stage } = mergeFacts(row === null ? null : toFact(row), told);
  const updatedAt = tools.now();
  await tx.paymentFact.upsert({
    where: key,
    create: { provider, reference, kind, id, amount, stage, updatedAt },
    update: { amount, stage, updatedAt },
  });
  const payment = await tx.payment.findUnique({ where: { provider_reference: { provider, reference } } });
  if (payment !== null && payment.state === "paid")
    await grantWhatIsPaid(tx, payment, { ...tools, source: kind === "dispute" ? "dispute" : "refund" });
  return "applied";
}

/**
 * Brings the account to what a paid payment is worth now. The same facts lead to the same credits, in whatever order
 * they became known, because it is not the event that is applied but the difference.
 */
export async function grantWhatIsPaid(
  tx: Transaction,
  payment: PaymentRow,
  tools: SettleTools & { source: CreditSource },
): Promise<void> {
  const { id, provider, reference, packId } = payment;
  const rows = reference === null ? [] : await tx.paymentFact.findMany({ where: { provider, reference } });
  const back = sumFacts(rows.map(toFact));
  const amount = Number(payment.amount);
  const disputes = provider === "paypal" ? "told as refunds" : "beside refunds";
  const target = creditsLeft({ credits: Number(payment.credits), amount, disputes }, back);
  const difference = target - Number(payment.granted);
  const revision = payment.revision + (difference === 0 ? 0 : 1);
  await tx.payment.update({
    where: { id },
    data: { granted: target, revision, refundedAmount: back.refunded, disputedAmount: back.disputed },
  });
  if (difference === 0) return;

  const at = tools.now();
  const owner = ownerOf(payment);
  const account = await lockAccount(tx, owner, at);
  const change = difference > 0 ? decideGrant(account, difference) : decideTakeBack(account, -difference);
  if (change.kind === "overflow") throw new Error(`the payment ${id} is more than an account can hold`);
  const { account: after } = await applyChange(tx, account, change, {
    source: tools.source,
    reason: reasonOf(tools.source, packId),
    key: `payment:${id}:${revision}`,
    fingerprint: "",
    actor: tools.actor,
    at,
  });
  const before = { balance: account.balance, owed: account.owed };
  await recordAudit(tx, tools, {
    action: tools.action,
    target: { type: "payment", id },
    workspaceId: payment.workspaceId,
    before,
    after: { balance: after.balance, owed: after.owed, credits: difference },
  });
}

function reasonOf(source: CreditSource, packId: string): string {
  switch (source) {
    case "purchase":
      return `Bought ${packId}`;
    case "refund":
      return `Refund of ${packId}`;
    case "dispute":
      return `Dispute about ${packId}`;
    case "adjustment":
    case "spend":
    case "settlement":
      throw new Error(`a payment is no ${source}`);
  }
}

function ownerOf({ id, userId, workspaceId }: PaymentRow): AccountOwner {
  if (workspaceId !== null) return { workspaceId };
  if (userId !== null) return { userId };
  throw new Error(`the payment ${id} belongs to nobody`);
}

function toFact({ kind, amount, stage }: PaymentFact): Fact {
  return { kind: kind satisfies PaymentFactKind, amount: Number(amount), stage: toStage(stage) };
}

function toStage(stage: number): Stage {
  return stage === 2 ? 2 : stage === 1 ? 1 : 0;
}
