import type { Stripe } from "stripe";
import type { Transaction } from "../../database/open.ts";
import { settleFact } from "./grant.ts";
import { settleCheckout } from "./settle.ts";
import type { Settled, SettleTools, ToldCheckout } from "./settle.ts";

/** Test events cost nobody anything: on a live server they must grant nothing, and the other way round. */
function otherMode({ livemode }: Stripe.Event): Settled {
  return { review: `It is a ${livemode ? "live" : "test"} event.`, details: { livemode } };
}

/** What one event of Stripe does to payments and credits. Run again it changes nothing. */
export async function applyStripeEvent(
  tx: Transaction,
  event: Stripe.Event,
  tools: SettleTools & { isLive: boolean },
): Promise<Settled> {
  if (event.livemode !== tools.isLive) return otherMode(event);
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- Stripe has 300 types; the others are not about us
  switch (event.type) {
    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
    case "checkout.session.async_payment_failed":
    case "checkout.session.expired": {
      const session = event.data.object;
      if (session.mode !== "payment") return "ignored";
      return settleCheckout(tx, toldBy(session, event.type), tools);
    }
    case "charge.refunded": {
      const { payment_intent, amount_refunded } = event.data.object;
      return settleBack(
        tx,
        payment_intent,
        { kind: "refundTotal", id: "", amount: amount_refunded, stage: 0 },
        tools,
      );
    }
    case "refund.created":
    case "refund.updated":
    case "refund.failed":
    case "charge.refund.updated": {
      const { payment_intent, id, amount, status } = event.data.object;
      const stage = status === "failed" || status === "canceled" ? 1 : 0;
      return settleBack(tx, payment_intent, { kind: "refund", id, amount, stage }, tools);
    }
    case "charge.dispute.created":
    case "charge.dispute.updated":
    case "charge.dispute.funds_withdrawn":
    case "charge.dispute.funds_reinstated":
    case "charge.dispute.closed": {
      const { payment_intent, id, amount, status } = event.data.object;
      // An inquiry: nothing has been taken, and nothing is if it ends there.
      if (status.startsWith("warning_")) return "ignored";
      const stage = status === "won" ? 1 : status === "lost" ? 2 : 0;
      return settleBack(tx, payment_intent, { kind: "dispute", id, amount, stage }, tools);
    }
    default:
      return "ignored";
  }
}

function toldBy(session: Stripe.Checkout.Session, type: string): ToldCheckout {
  const { id, payment_intent, amount_total, currency, payment_status, metadata } = session;
  return {
    provider: "stripe",
    checkoutId: id,
    reference: idOf(payment_intent),
    // "no_payment_required" has no amount that could be a pack's.
    state:
      payment_status !== "unpaid"
        ? "paid"
        : type === "checkout.session.async_payment_failed"
          ? "failed"
          : type === "checkout.session.expired"
            ? "expired"
            : "open",
    amount: amount_total,
    currency,
    named: {
      ...pick(metadata, "paymentId"),
      ...pick(metadata, "workspaceId"),
      ...pick(metadata, "userId"),
      ...pick(metadata, "packId"),
    },
  };
}

type Back = Pick<Parameters<typeof settleFact>[1], "kind" | "id" | "amount" | "stage">;

async function settleBack(
  tx: Transaction,
  paymentIntent: string | { id: string } | null,
  back: Back,
  tools: SettleTools,
): Promise<Settled> {
  const reference = idOf(paymentIntent);
  if (reference === null)
    return { review: "It names no payment.", details: { id: back.id, amount: back.amount } };
  return settleFact(tx, { ...back, provider: "stripe", reference }, tools);
}

function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === "string" ? reference : (reference?.id ?? null);
}

function pick(metadata: Stripe.Metadata | null, name: string): Record<string, string> {
  const value = metadata?.[name];
  return value === undefined || value === "" ? {} : { [name]: value };
}
