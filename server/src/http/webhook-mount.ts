import { ERRORS } from "@gatehouse/shared";
import type { Hono } from "hono";
import { badSignatures } from "../access/rate-limit.ts";
import { AppError } from "../base/app-error.ts";
import type { Services } from "../services.ts";
import { openClerkEntrance } from "../webhooks/clerk.ts";
import type { Entrance } from "../webhooks/entrance.ts";
import { openPaypalEntrance } from "../webhooks/paypal/receive.ts";
import { NoRoom, openRoom } from "../webhooks/room.ts";
import { openStripeEntrance } from "../webhooks/stripe.ts";
import type { Door } from "./door.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import { refuse, toRefusal } from "./refuse.ts";

/** Of one message. It has to be read before it can be said whose it is, so that anybody can make us hold so much. */
const MOST_BYTES = 262_144;

/**
 * `/webhooks/clerk`, `/webhooks/stripe`, `/webhooks/paypal`: plain HTTP, the raw bytes of the body and the headers of the
 * signature. A provider that is not set up has no route.
 */
export function addWebhooks(app: Hono<Door>, services: Services): void {
  const { stripe, paypal } = services.shop;
  add("clerk", openClerkEntrance(services));
  if (stripe !== null) add("stripe", openStripeEntrance(services, stripe));
  if (paypal !== null) add("paypal", openPaypalEntrance(services, paypal));

  function add<Message>(provider: string, entrance: Entrance<Message>): void {
    const room = openRoom();
    app.post(`/webhooks/${provider}`, async (c) => {
      const { headers } = c.req.raw;
      try {
        entrance.requireSignature(headers);
        // The bytes as they came: a signature is over them, and any parsing and writing again would change them.
        const body = await readBody(c.req.raw);
        const message = await entrance.verify({ headers, body });
        const outcome = await room.enter(() => entrance.apply(message));
        services.metrics.received(provider, outcome);
        if (outcome === "unusable") return refuseForGood(c.get("requestId"));
        return Response.json({ received: true, outcome });
      } catch (error) {
        services.metrics.received(provider, outcomeOf(error));
        if (!isBadSignature(error)) throw error;
        return refuseUnsigned(error, { address: c.get("address"), requestId: c.get("requestId") });
      }
    });
    app.all(`/webhooks/${provider}`, () => {
      throw new AppError("METHOD_NOT_ALLOWED");
    });
  }

  /**
   * What is badly signed is counted by its address, and that alone: a message that is signed well passes although the
   * same address, perhaps that of a proxy, has sent any number of others.
   */
  async function refuseUnsigned(
    error: AppError,
    { address, requestId }: { address: string | null; requestId: string },
  ): Promise<Response> {
    const { rateLimits } = services;
    const state = await rateLimits.consume(badSignatures(address, rateLimits.policies), 1);
    const refusal = state.isExceeded
      ? new AppError("RATE_LIMITED", { retryAfterSeconds: Math.max(1, state.resetSeconds) })
      : error;
    return refuse(refusal, requestId, Object.fromEntries(rateLimitHeaders(state)));
  }
}

async function readBody({ headers, body }: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  if (Number(headers.get("content-length")) > MOST_BYTES) throw new AppError("PAYLOAD_TOO_LARGE");
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new AppError("PAYLOAD_TOO_LARGE");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isBadSignature(error: unknown): error is AppError {
  return error instanceof AppError && error.code === "INVALID_SIGNATURE";
}

/** A bad signature counts as refused: somebody else's noise must not look like an event that was lost. */
function outcomeOf(error: unknown): "busy" | "failed" | "refused" {
  if (error instanceof NoRoom) return "busy";
  return ERRORS[toRefusal(error).code].status >= 500 ? "failed" : "refused";
}

/** A refusal that Svix does not try again: the same bytes would be refused for the same reason eight times. */
function refuseForGood(requestId: string): Response {
  const refusal = new AppError("VALIDATION_FAILED", { detail: "This is no event that can be used here." });
  return refuse(refusal, requestId, { "webhook-delivery": "abort-message" });
}
