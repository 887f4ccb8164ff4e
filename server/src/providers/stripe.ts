import { Stripe } from "stripe";
import { AppError } from "../base/app-error.ts";
import type { StripeSettings } from "../base/config-payments.ts";
import type { Till } from "./shop.ts";

export interface StripeApi extends Till {
  isLive: boolean;
  /**
   * Looks at the header alone: whether it could be a signature of these five minutes.
   *
   * @throws AppError INVALID_SIGNATURE
   */
  requireSignature: (signature: string | null) => void;
  /**
   * The event in a body that Stripe has signed within five minutes, by any of the webhook's secrets.
   *
   * @param body the bytes as they came
   * @throws AppError INVALID_SIGNATURE
   */
  readEvent: (body: Uint8Array, signature: string | null) => Stripe.Event;
  /**
   * An event as Stripe keeps it, for 30 days. Null: it keeps no such one.
   *
   * @throws AppError PROVIDER_ERROR, UNAVAILABLE
   */
  findEvent: (id: string) => Promise<Stripe.Event | null>;
}

/** How far the signature's time may lie in the past or in the future. */
const TOLERANCE_SECONDS = 300;

export function openStripe(settings: StripeSettings, now: () => Date): StripeApi {
  const { hostname, port, protocol } = new URL(settings.apiUrl);
  const isPlain = protocol === "http:";
  const stripe = new Stripe(settings.secretKey.reveal(), {
    host: hostname,
    port: port === "" ? (isPlain ? 80 : 443) : Number(port),
    protocol: isPlain ? "http" : "https",
    timeout: 10_000,
    maxNetworkRetries: 2,
    telemetry: false,
  });
  return {
    isLive: settings.isLive,
    openCheckout: async ({ paymentId, workspaceId, pack, returnTo }) => {
      const { name, price } = pack;
      // On the session and on its payment: refunds and disputes show the second only.
      const metadata = { paymentId, workspaceId, packId: pack.id };
      const session = await call(() =>
        stripe.checkout.sessions.create(
          {
            mode: "payment",
            line_items: [
              {
                quantity: 1,
                price_data: { currency: price.currency, unit_amount: price.amount, product_data: { name } },
              },
            ],
            success_url: returnTo,
            cancel_url: returnTo,
            client_reference_id: paymentId,
            metadata,
            payment_intent_data: { metadata },
          },
          { idempotencyKey: `checkout:${paymentId}` },
        ),
      );
      if (session.url === null) throw new AppError("PROVIDER_ERROR");
      return { id: session.id, url: session.url };
    },
    requireSignature: (signature) => {
      refuseOtherTimes(signature ?? "", now());
      if (!signature?.includes("v1=")) throw new AppError("INVALID_SIGNATURE");
    },
    readEvent: (body, signature) => readEvent(stripe, settings, { body, signature, now: now() }),
    findEvent: (id) =>
      call(async () => {
        try {
          return await stripe.events.retrieve(id);
        } catch (error) {
          if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return null;
          throw error;
        }
      }),
  };
}

interface SignedBody {
  body: Uint8Array;
  signature: string | null;
  now: Date;
}

function readEvent(
  stripe: Stripe,
  settings: StripeSettings,
  { body, signature, now }: SignedBody,
): Stripe.Event {
  refuseOtherTimes(signature ?? "", now);
  for (const secret of settings.webhookSecrets) {
    try {
      return stripe.webhooks.constructEvent(
        Buffer.from(body),
        signature ?? "",
        secret.reveal(),
        TOLERANCE_SECONDS,
        undefined,
        now.getTime(),
      );
    } catch {
      // Not signed with this secret; the next one may have signed it. The SDK's error carries the payload: it goes no further.
    }
  }
  throw new AppError("INVALID_SIGNATURE");
}

/** The SDK knows no upper bound, and skips the check of an age that is no number: both are refused here first. */
function refuseOtherTimes(signature: string, now: Date): void {
  const times = signature.split(",").filter((part) => part.trim().startsWith("t="));
  const written = times.length === 1 ? /^\s*t=(\d{1,12})\s*$/.exec(times[0] ?? "")?.[1] : undefined;
  const age = now.getTime() / 1_000 - Number(written ?? Number.NaN);
  if (!(Math.abs(age) <= TOLERANCE_SECONDS)) throw new AppError("INVALID_SIGNATURE");
}

/** Stripe's errors hold requests and headers: callers get our own words. */
async function call<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (
      error instanceof Stripe.errors.StripeConnectionError ||
      error instanceof Stripe.errors.StripeRateLimitError
    )
      throw new AppError("UNAVAILABLE", { retryAfterSeconds: 5 });
    const code = error instanceof Stripe.errors.StripeError ? error.type : "unknown";
    throw new AppError("PROVIDER_ERROR", { cause: new Error(`Stripe refused a call: ${code}`) });
  }
}
