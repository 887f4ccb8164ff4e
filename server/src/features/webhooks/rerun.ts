import type { AdminContext } from "../../access/contexts.ts";
import { DAY_MS } from "../../base/instants.ts";
import type { WebhookEvent as WebhookEventRow } from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";
import type { Shop } from "../../providers/shop.ts";
import { applyPaypalTruth, askAbout, PaypalEvent } from "../billing/paypal-events.ts";
import { settleAs } from "../billing/settle.ts";
import type { Settled } from "../billing/settle.ts";
import { applyStripeEvent } from "../billing/stripe-events.ts";
import { KeptEvent, readClerkEvent } from "../sync/clerk-events.ts";

/** What it takes to look at what came in, and to ask those who sent it. */
export interface InboxContext extends AdminContext {
  shop: Shop;
}

/** So long Stripe keeps its events and shows them to who asks. */
const STRIPE_KEEPS_DAYS = 30;

/** Whether `prepareRerun` will find something, as far as it can be told without asking anybody. */
export function canRerun({ shop, now }: InboxContext, row: WebhookEventRow): boolean {
  switch (row.provider) {
    case "clerk":
      return row.payload !== null;
    case "paypal":
      return row.payload !== null && shop.paypal !== null;
    case "stripe":
      return shop.stripe !== null && now().getTime() - row.receivedAt.getTime() < STRIPE_KEEPS_DAYS * DAY_MS;
  }
}

/**
 * Finds what an event said. Of Clerk's it is kept; Stripe keeps its own and is asked for it; of PayPal's it is kept what
 * they are about, and PayPal is asked what is true of that now.
 *
 * @returns what does it in a transaction; null where nothing is left of the event
 * @throws AppError PROVIDER_ERROR, UNAVAILABLE
 */
export async function prepareRerun(
  { shop, now, organizations }: InboxContext,
  { provider, id, type, payload }: WebhookEventRow,
): Promise<((tx: Transaction) => Promise<Settled>) | null> {
  const tools = settleAs({ id, type }, { packs: shop.packs, now });
  switch (provider) {
    case "clerk": {
      const { data: kept } = KeptEvent.safeParse(payload);
      const read = kept === undefined ? "no shape" : readClerkEvent(type, kept.data);
      if (kept === undefined || typeof read === "string") return null;
      const facts = { id, type, at: new Date(kept.at) };
      return (tx) => read.apply(tx, facts, { now, roleOf: organizations.roleOf });
    }
    case "stripe": {
      const { stripe } = shop;
      const event = stripe === null ? null : await stripe.findEvent(id);
      if (stripe === null || event === null) return null;
      return (tx) => applyStripeEvent(tx, event, { ...tools, isLive: stripe.isLive });
    }
    case "paypal": {
      const { data: event } = PaypalEvent.safeParse(payload);
      if (shop.paypal === null || event === undefined) return null;
      const truth = await askAbout(event, shop.paypal);
      return (tx) => applyPaypalTruth(tx, { event, truth }, tools);
    }
  }
}
