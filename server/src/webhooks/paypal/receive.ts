import { hash } from "node:crypto";
import { webhookActor } from "../../access/actor.ts";
import { AppError } from "../../base/app-error.ts";
import { settleFact } from "../../features/billing/grant.ts";
import { settleCheckout } from "../../features/billing/settle.ts";
import type { PaypalApi } from "../../providers/paypal.ts";
import type { Services } from "../../services.ts";
import type { RawDelivery } from "../clerk.ts";
import { receiveOnce } from "../receive.ts";
import type { Applied, Outcome } from "../receive.ts";
import { PaypalEvent, askAbout } from "./ask.ts";
import { verifyTransmission } from "./signature.ts";

/**
 * Receives one event of PayPal: verified, asked about at PayPal's API, then remembered and applied. What is granted is
 * what the API says, never what the message says.
 *
 * @throws AppError INVALID_SIGNATURE; VALIDATION_FAILED for a signed body that is no event; UNAVAILABLE where PayPal cannot be
 * asked now, so that it sends the message again
 */
export async function receivePaypalEvent(
  delivery: RawDelivery,
  services: Services,
  paypal: PaypalApi,
): Promise<Outcome> {
  const id = await verifyTransmission(delivery, paypal);
  const event = PaypalEvent.safeParse(parseJson(delivery.body)).data;
  if (event === undefined) throw new AppError("VALIDATION_FAILED", { detail: "This is no event of PayPal." });
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
  const bodyHash = hash("sha256", delivery.body, "buffer");
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
