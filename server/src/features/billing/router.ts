import { CheckOut, Checkout, CreditPackList, ListPayments, PaymentPage } from "@gatehouse/shared";
import { publicProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { checkOut, listPayments, listPlans } from "./operations.ts";

export const billingRouter = router({
  plans: publicProcedure
    .meta({
      rest: { method: "GET", path: "/billing/plans" },
      summary: "The credit packs that are sold",
    })
    .output(CreditPackList)
    .query(({ ctx }) => listPlans(ctx.services)),

  checkout: workspaceProcedure
    .meta({
      permission: "billing:manage",
      rest: { method: "POST", path: "/billing/checkout" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR", "IDEMPOTENCY_KEY_REUSED"],
      summary: "Open a page of Stripe or PayPal where a pack can be bought",
    })
    .input(CheckOut)
    .output(Checkout)
    .mutation(({ ctx, input }) => checkOut({ ...ctx, shop: ctx.services.shop }, input)),

  payments: workspaceProcedure
    .meta({
      permission: "billing:read",
      rest: { method: "GET", path: "/billing/payments" },
      summary: "What was bought, the newest first",
    })
    .input(ListPayments)
    .output(PaymentPage)
    .query(({ ctx, input }) => listPayments(ctx, input)),
});
