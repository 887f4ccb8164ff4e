import { z } from "zod";
import { IdempotencyKey } from "./credits.ts";
import { Id, Instant, inWorkspace } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";
import { CreditPack, Price } from "./plans.ts";

export const CreditPackList = z.object({ items: z.array(CreditPack) }).meta({ id: "CreditPackList" });
export type CreditPackList = z.infer<typeof CreditPackList>;

const PaymentProvider = z.enum(["stripe", "paypal"]);

export const CheckOut = z.strictObject({
  ...inWorkspace,
  packId: z.string().min(1).max(60),
  provider: PaymentProvider,
  returnTo: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .exactOptional()
    .describe("where the buyer comes back to; only an address below APP_URL"),
  idempotencyKey: IdempotencyKey.exactOptional(),
});
export type CheckOut = z.infer<typeof CheckOut>;

/** Where to send the buyer. */
export const Checkout = z
  .object({
    paymentId: Id,
    provider: PaymentProvider,
    checkoutId: z.string().describe("the provider's own id: Stripe's Checkout Session or PayPal's order"),
    url: z.string(),
  })
  .meta({ id: "Checkout" });
export type Checkout = z.infer<typeof Checkout>;

export const Payment = z
  .object({
    id: Id,
    provider: PaymentProvider,
    packId: z.string(),
    credits: z.int().describe("what the pack holds"),
    price: Price,
    state: z.enum(["open", "paid", "failed", "expired"]),
    granted: z.int().describe("the credits that were given and not taken back"),
    refundedAmount: z.int().describe("in the smallest unit of the currency"),
    disputedAmount: z.int().describe("what open disputes hold and lost ones have taken"),
    checkoutId: z.string().nullable(),
    url: z.string().nullable().describe("where the buyer pays, while the payment is open"),
    createdAt: Instant,
    paidAt: Instant.nullable(),
  })
  .meta({ id: "Payment" });
export type Payment = z.infer<typeof Payment>;

export const PaymentPage = pageOf(Payment).meta({ id: "PaymentPage" });

export const ListPayments = z.strictObject({ ...inWorkspace, ...pageInput });
export type ListPayments = z.infer<typeof ListPayments>;
