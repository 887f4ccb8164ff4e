import { randomUUID } from "node:crypto";
import { Stripe } from "stripe";
import { testServer } from "../server.ts";
import { openStandIn } from "./http.ts";
import type { Heard, StandIn } from "./http.ts";

export const STRIPE_SECRETS = ["whsec_the-old-one-of-two", "whsec_the-new-one-of-two"] as const;

export interface StripeStandIn extends StandIn {
  /** The settings of a server that takes this for Stripe. */
  env: Record<string, string>;
  /** What Stripe keeps of its events, by id; a test puts them there. */
  events: Map<string, StripeEvent>;
  /** What the next calls are refused with; null: with nothing. */
  refuseWith: (status: number | null) => void;
}

/** Stripe's API as far as a checkout needs it: forms in, a Checkout Session out, one for each idempotency key. */
export async function openStripeStandIn(): Promise<StripeStandIn> {
  const sessions = new Map<string, unknown>();
  const events = new Map<string, StripeEvent>();
  let refusal: number | null = null;
  const standIn = await openStandIn((request) => {
    if (refusal !== null)
      return { status: refusal, body: { error: { type: "invalid_request_error", message: "sk_test_leak" } } };
    const event = events.get(request.path.replace("/v1/events/", ""));
    if (event !== undefined) return { body: { object: "event", api_version: null, ...event } };
    if (request.path !== "/v1/checkout/sessions")
      return { status: 404, body: { error: { type: "invalid_request_error", message: "no such route" } } };
    const key = String(request.headers["idempotency-key"]);
    if (!sessions.has(key)) sessions.set(key, makeSession(request));
    return { body: sessions.get(key) };
  });
  return {
    ...standIn,
    events,
    env: {
      STRIPE_SECRET_KEY: "sk_test_stand-in",
      STRIPE_WEBHOOK_SECRET: STRIPE_SECRETS.join(","),
      STRIPE_API_URL: standIn.url,
    },
    refuseWith: (status) => {
      refusal = status;
    },
  };
}

function makeSession({ body }: Heard): unknown {
  const form = new URLSearchParams(body);
  const id = `cs_test_${randomUUID()}`;
  return {
    id,
    object: "checkout.session",
    mode: form.get("mode"),
    url: `https://checkout.stripe.com/c/pay/${id}`,
    payment_status: "unpaid",
  };
}

const signer = new Stripe("sk_test_signer");

/** Signs as Stripe does, with the SDK's own signer. */
export function sign(payload: string, how: { secret?: string; timestamp?: number } = {}): string {
  const { secret = STRIPE_SECRETS[0], timestamp: at = Math.floor(Date.now() / 1_000) } = how;
  return signer.webhooks.generateTestHeaderString({ payload, secret, timestamp: at });
}

export interface StripeEvent {
  id: string;
  type: string;
  livemode: boolean;
  data: { object: Record<string, unknown> };
}

export function makeEvent(type: string, object: Record<string, unknown>, extra = {}): StripeEvent {
  return { id: `evt_${randomUUID()}`, type, livemode: false, data: { object }, ...extra };
}

/** A buyer has paid ten dollars at Stripe's checkout. */
export function paid(metadata: Record<string, unknown>, extra: Record<string, unknown> = {}): StripeEvent {
  return makeEvent("checkout.session.completed", {
    id: `cs_${randomUUID()}`,
    object: "checkout.session",
    mode: "payment",
    payment_intent: `pi_${randomUUID()}`,
    payment_status: "paid",
    amount_total: 1_000,
    currency: "usd",
    metadata,
    ...extra,
  });
}

/** Delivers an event to `/webhooks/stripe`. */
export async function deliver(
  event: StripeEvent | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; outcome: string | null; code: string | null }> {
  const { url } = await testServer();
  const payload =
    typeof event === "string" ? event : JSON.stringify({ object: "event", api_version: null, ...event });
  const answer = await fetch(`${url}/webhooks/stripe`, {
    method: "POST",
    body: payload,
    headers: { "stripe-signature": sign(payload), ...headers },
  });
  const json = (await answer.json()) as { outcome?: string; code?: string };
  return { status: answer.status, outcome: json.outcome ?? null, code: json.code ?? null };
}
