import { Id } from "@gatehouse/shared";
import { z } from "zod";
import type { Transaction } from "../../database/open.ts";
import type { PaypalApi, PaypalCapture, PaypalDispute } from "../../providers/paypal.ts";
import { fromPaypalMoney } from "../../providers/paypal-money.ts";
import { settleFact } from "./grant.ts";
import type { ToldFact } from "./grant.ts";
import { settleCheckout } from "./settle.ts";
import type { Settled, SettleTools, ToldCheckout } from "./settle.ts";

/**
 * The part of an event's body that is used: what it is about. What happened is asked at PayPal. It holds no more than ids and
 * may be kept.
 */
export const PaypalEvent = z.object({
  event_type: z.string().min(1).max(100),
  resource: z.object({ id: z.string().max(100).optional(), dispute_id: z.string().max(100).optional() }),
});
export type PaypalEvent = z.infer<typeof PaypalEvent>;

/** What PayPal says of the thing that an event names. Null: it knows no such thing, or it is nothing to us. */
export interface Truth {
  checkouts: ToldCheckout[];
  facts: ToldFact[];
}

export async function askAbout(
  { event_type: type, resource }: PaypalEvent,
  paypal: PaypalApi,
): Promise<Truth | null> {
  const id = resource.id ?? "";
  if (type === "CHECKOUT.ORDER.APPROVED") {
    const captures = await paypal.captureOrder(id);
    if (captures === null) return null;
    const told = await Promise.all(captures.map((capture) => askCapture(capture, paypal)));
    return join(told);
  }
  if (type === "PAYMENT.CAPTURE.REFUNDED" || type === "PAYMENT.CAPTURE.REVERSED")
    return askRefund(id, paypal);
  if (type.startsWith("PAYMENT.CAPTURE.")) return askCapture(id, paypal);
  if (type.startsWith("CUSTOMER.DISPUTE.")) return askDispute(resource.dispute_id ?? id, paypal);
  return { checkouts: [], facts: [] };
}

/** What one event of PayPal does to payments and credits. Run again it changes nothing. */
export async function applyPaypalTruth(
  tx: Transaction,
  { event, truth }: { event: PaypalEvent; truth: Truth | null },
  tools: SettleTools,
): Promise<Settled> {
  if (truth === null) return { review: "PayPal knows nothing of it.", details: { ...event.resource } };
  const outcomes: Settled[] = [];
  for (const told of truth.checkouts) outcomes.push(await settleCheckout(tx, told, tools));
  for (const told of truth.facts) outcomes.push(await settleFact(tx, told, tools));
  return (
    outcomes.find((each) => typeof each !== "string") ??
    (outcomes.includes("applied") ? "applied" : "ignored")
  );
}

async function askCapture(id: string, paypal: PaypalApi): Promise<Truth | null> {
  const capture = await paypal.getCapture(id);
  if (capture === null) return null;
  const amount = fromPaypalMoney(capture.amount);
  const checkout: ToldCheckout = {
    provider: "paypal",
    checkoutId: capture.supplementary_data?.related_ids.order_id ?? null,
    reference: capture.id,
    state: stateOf(capture),
    amount,
    currency: capture.amount.currency_code.toLowerCase(),
    named: readCustomId(capture.custom_id),
  };
  const isGone = capture.status === "REFUNDED" && amount !== null;
  const reference = { provider: "paypal", reference: capture.id } as const;
  const facts: ToldFact[] = isGone ? [{ ...reference, kind: "refundTotal", id: "", amount, stage: 0 }] : [];
  return { checkouts: [checkout], facts };
}

function stateOf({ status }: PaypalCapture): ToldCheckout["state"] {
  switch (status) {
    case "COMPLETED":
    case "PARTIALLY_REFUNDED":
    case "REFUNDED":
      return "paid";
    case "DECLINED":
    case "FAILED":
      return "failed";
    default:
      return "open";
  }
}

/** Our own orders carry the payment's id; orders made elsewhere may carry the names as JSON. */
function readCustomId(text = ""): ToldCheckout["named"] {
  if (Id.safeParse(text).success) return { paymentId: text };
  try {
    const { workspaceId, userId, packId } = Named.parse(JSON.parse(text));
    return {
      ...(workspaceId === undefined ? {} : { workspaceId }),
      ...(userId === undefined ? {} : { userId }),
      ...(packId === undefined ? {} : { packId }),
    };
  } catch {
    return {};
  }
}

const Named = z.object({
  workspaceId: z.string().optional(),
  userId: z.string().optional(),
  packId: z.string().optional(),
});

async function askRefund(id: string, paypal: PaypalApi): Promise<Truth | null> {
  const refund = await paypal.getRefund(id);
  // A refund says whose it is by a link to its capture, and by nothing else.
  const capture = refund?.links
    .find(({ rel }) => rel === "up")
    ?.href.split("/")
    .at(-1);
  const amount = refund === null ? null : fromPaypalMoney(refund.amount);
  if (refund === null || capture === undefined || amount === null) return null;
  const stage = refund.status === "FAILED" || refund.status === "CANCELLED" ? 1 : 0;
  const fact: ToldFact = { provider: "paypal", reference: capture, kind: "refund", id, amount, stage };
  return join([{ checkouts: [], facts: [fact] }, await askCapture(capture, paypal)]);
}

async function askDispute(id: string, paypal: PaypalApi): Promise<Truth | null> {
  const dispute = await paypal.getDispute(id);
  if (dispute === null) return null;
  const amount = fromPaypalMoney(dispute.dispute_amount);
  const stage = stageOf(dispute);
  const [transaction] = dispute.disputed_transactions;
  if (amount === null || transaction === undefined) return null;
  if (stage === null) return { checkouts: [], facts: [] };
  const reference = transaction.seller_transaction_id;
  return { checkouts: [], facts: [{ provider: "paypal", reference, kind: "dispute", id, amount, stage }] };
}

/** Null: a question of the buyer's so far, about which no money has moved. */
function stageOf({
  status,
  dispute_life_cycle_stage: stage,
  dispute_outcome,
}: PaypalDispute): 0 | 1 | 2 | null {
  if (status === "RESOLVED") return isLost(dispute_outcome?.outcome_code) ? 2 : 1;
  return stage === "INQUIRY" ? null : 0;
}

function isLost(outcome = ""): boolean {
  return outcome === "RESOLVED_BUYER_FAVOUR" || outcome === "ACCEPTED";
}

function join(truths: readonly (Truth | null)[]): Truth {
  return {
    checkouts: truths.flatMap((each) => each?.checkouts ?? []),
    facts: truths.flatMap((each) => each?.facts ?? []),
  };
}
