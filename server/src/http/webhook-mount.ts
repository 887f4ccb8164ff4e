import { ERRORS } from "@gatehouse/shared";
import type { Hono } from "hono";
import { AppError } from "../base/app-error.ts";
import type { Services } from "../services.ts";
import { receiveClerkEvent } from "../webhooks/clerk.ts";
import type { RawDelivery } from "../webhooks/clerk.ts";
import type { Outcome } from "../webhooks/receive.ts";
import { receivePaypalEvent } from "../webhooks/paypal/receive.ts";
import { receiveStripeEvent } from "../webhooks/stripe.ts";
import type { Door } from "./door.ts";
import { refuse, toRefusal } from "./refuse.ts";

type Receive = (delivery: RawDelivery) => Promise<Outcome | "unusable">;

/**
 * `/webhooks/clerk`, `/webhooks/stripe`, `/webhooks/paypal`: plain HTTP, the raw bytes of the body and the headers of the
 * signature. A provider that is not set up has no route.
 */
export function addWebhooks(app: Hono<Door>, services: Services): void {
  const { stripe, paypal } = services.shop;
  add("clerk", (delivery) => receiveClerkEvent(delivery, services));
  if (stripe !== null) add("stripe", (delivery) => receiveStripeEvent(delivery, services, stripe));
  if (paypal !== null) add("paypal", (delivery) => receivePaypalEvent(delivery, services, paypal));

  function add(provider: string, receive: Receive): void {
    app.post(`/webhooks/${provider}`, async (c) => {
      // The bytes as they came: a signature is over them, and any parsing and writing again would change them.
      const body = new Uint8Array(await c.req.arrayBuffer());
      const outcome = await counted(provider, receive({ headers: c.req.raw.headers, body }));
      if (outcome === "unusable") return refuseForGood(c.get("requestId"));
      return Response.json({ received: true, outcome });
    });
    app.all(`/webhooks/${provider}`, () => {
      throw new AppError("METHOD_NOT_ALLOWED");
    });
  }

  /** A bad signature counts as refused: somebody else's noise must not look like an event that was lost. */
  async function counted(
    provider: string,
    receiving: Promise<Outcome | "unusable">,
  ): Promise<Outcome | "unusable"> {
    try {
      const outcome = await receiving;
      services.metrics.received(provider, outcome);
      return outcome;
    } catch (error) {
      const isOurs = ERRORS[toRefusal(error).code].status >= 500;
      services.metrics.received(provider, isOurs ? "failed" : "refused");
      throw error;
    }
  }
}

/** A refusal that Svix does not try again: the same bytes would be refused for the same reason eight times. */
function refuseForGood(requestId: string): Response {
  const refusal = new AppError("VALIDATION_FAILED", { detail: "This is no event that can be used here." });
  return refuse(refusal, requestId, { "webhook-delivery": "abort-message" });
}
