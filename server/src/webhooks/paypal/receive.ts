import { hash } from "node:crypto";
import { AppError } from "../../base/app-error.ts";
import { applyPaypalTruth, askAbout, PaypalEvent } from "../../features/billing/paypal-events.ts";
import { settleAs } from "../../features/billing/settle.ts";
import type { PaypalApi } from "../../providers/paypal.ts";
import type { Services } from "../../services.ts";
import type { Entrance, RawDelivery } from "../entrance.ts";
import { receiveOnce } from "../receive.ts";
import type { Outcome } from "../receive.ts";
import { readTransmission, verifyTransmission } from "./signature.ts";

interface Signed {
  /** The transmission's id; the same on every copy. */
  id: string;
  event: PaypalEvent;
  bodyHash: Uint8Array;
}

/** The events of PayPal. */
export function openPaypalEntrance(services: Services, paypal: PaypalApi): Entrance<Signed> {
  return {
    requireSignature: (headers) => void readTransmission(headers),
    verify: (delivery) => verify(delivery, paypal),
    apply: (signed) => receive(signed, services, paypal),
  };
}

async function verify(delivery: RawDelivery, paypal: PaypalApi): Promise<Signed> {
  const id = await verifyTransmission(delivery, paypal);
  const event = PaypalEvent.safeParse(parseJson(delivery.body)).data;
  if (event === undefined) throw new AppError("VALIDATION_FAILED", { detail: "This is no event of PayPal." });
  return { id, event, bodyHash: hash("sha256", delivery.body, "buffer") };
}

/**
 * Asks PayPal's API about the event, then remembers and applies it. What is granted is what the API says, never what the
 * message says.
 *
 * @throws AppError UNAVAILABLE where PayPal cannot be asked now, so that it sends the message again
 */
async function receive(
  { id, event, bodyHash }: Signed,
  { database: { db }, shop, now }: Services,
  paypal: PaypalApi,
): Promise<Outcome> {
  const key = { provider_id: { provider: "paypal", id } } as const;
  const earlier = await db.webhookEvent.findUnique({ where: key });
  if (earlier !== null && earlier.appliedAt !== null) return "repeat";

  const truth = await askAbout(event, paypal);
  const type = event.event_type;
  const tools = settleAs({ id, type }, { packs: shop.packs, now });
  return receiveOnce({ provider: "paypal", id, type, bodyHash, payload: event }, { db, now }, (tx) =>
    applyPaypalTruth(tx, { event, truth }, tools),
  );
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return null;
  }
}
