import type { CreditPack } from "@gatehouse/shared";
import type { Config } from "../base/config.ts";
import { openPaypal } from "./paypal.ts";
import type { PaypalApi } from "./paypal.ts";
import type { StripeApi } from "./stripe.ts";

/** What a buyer is about to pay for. */
export interface Order {
  /** Our own id of the payment; a repeated call with it makes no second checkout. */
  paymentId: string;
  workspaceId: string;
  pack: CreditPack;
  /** Where the buyer comes back to, whether he has paid or not. */
  returnTo: string;
}

/** A page of the provider where the buyer pays. */
export interface OpenedCheckout {
  id: string;
  url: string;
}

/** Whoever takes the money. */
export interface Till {
  /** @throws AppError PROVIDER_ERROR, UNAVAILABLE */
  openCheckout: (order: Order) => Promise<OpenedCheckout>;
}

/** What is sold, and who takes the money. A till that is null is not there. */
export interface Shop {
  packs: readonly CreditPack[];
  stripe: StripeApi | null;
  paypal: PaypalApi | null;
  /** Buyers come back to addresses below it; null where nobody has said where the frontend is. */
  appUrl: string | null;
  /** Where they come back to when nothing is said. */
  home: string;
}

/** Stripe's library is not even loaded where nobody sells by it. */
export async function openShop({ payments, appUrl, host, port }: Config, now: () => Date): Promise<Shop> {
  const { packs, stripe, paypal } = payments;
  return {
    packs,
    stripe: stripe === null ? null : (await import("./stripe.ts")).openStripe(stripe, now),
    paypal: paypal === null ? null : openPaypal(paypal, now),
    appUrl,
    home: appUrl ?? `http://${host}:${port}/`,
  };
}
