import { hash } from "node:crypto";
import { webhookActor } from "../../access/actor.ts";
import { AppError } from "../../base/app-error.ts";
import { settleFact } from "../../features/billing/grant.ts";
import { settleCheckout } from "../../features/billing/settle.ts";
import type { PaypalApi } from "../../providers/paypal.ts";
import type { Services } from "../../services.ts";
import type { Entrance, RawDelivery } from "../entrance.ts";
import { receiveOnce } from "../receive.ts";
import type { Applied, Outcome } from "../receive.ts";
import { PaypalEvent, askAbout } from "./ask.ts";
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
  services: Services,
  paypal: PaypalApi,
): Promise<Outcome> {
  const { db } = services.database;
  const key = { provider_id: { provider: "paypal", id } } as const;
  const earlier = await db.webhookEvent.findUnique({ where: key });
  if (earlier !== null && earlier.appliedAt !== null) return "repeat";

  const truth = await askAbout(event, paypal);
  const type = event.event_type;
  const tools = {
    packs: services.shop.packs,
    actor: webhookActor(id),
    action: type,
    requestId: id,
    now: services.now,
  };
  return receiveOnce({ provider: "paypal", id, type, bodyHash }, { db, now: services.now }, async (tx) => {
    if (truth === null) return { review: "PayPal knows nothing of it.", details: { ...event.resource } };
    const outcomes: Applied[] = [];
    for (const told of truth.checkouts) outcomes.push(await settleCheckout(tx, told, tools));
    for (const told of truth.facts) outcomes.push(await settleFact(tx, told, tools));
    return (
      outcomes.find((each) => typeof each !== "string") ??
      (outcomes.includes("applied") ? "applied" : "ignored")
    );
  });
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return null;
  }
}
