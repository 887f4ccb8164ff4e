import { hash } from "node:crypto";
import type { Stripe } from "stripe";
import { settleAs } from "../features/billing/settle.ts";
import { applyStripeEvent } from "../features/billing/stripe-events.ts";
import type { StripeApi } from "../providers/stripe.ts";
import type { Services } from "../services.ts";
import type { Entrance } from "./entrance.ts";
import { receiveOnce } from "./receive.ts";

interface Signed {
  event: Stripe.Event;
  bodyHash: Uint8Array;
}

/** The events of Stripe. */
export function openStripeEntrance({ database, shop, now }: Services, stripe: StripeApi): Entrance<Signed> {
  return {
    requireSignature: (headers) => stripe.requireSignature(headers.get("stripe-signature")),
    verify: ({ headers, body }) => ({
      event: stripe.readEvent(body, headers.get("stripe-signature")),
      bodyHash: hash("sha256", body, "buffer"),
    }),
    apply: ({ event, bodyHash }) => {
      const { id, type } = event;
      const tools = { ...settleAs(event, { packs: shop.packs, now }), isLive: stripe.isLive };
      return receiveOnce({ provider: "stripe", id, type, bodyHash }, { db: database.db, now }, (tx) =>
        applyStripeEvent(tx, event, tools),
      );
    },
  };
}
