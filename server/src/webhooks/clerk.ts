import { hash } from "node:crypto";
import { Webhook } from "svix";
import { z } from "zod";
import { AppError } from "../base/app-error.ts";
import { instantOf } from "../base/instants.ts";
import { keepable, readClerkEvent } from "../features/sync/clerk-events.ts";
import type { Services } from "../services.ts";
import { receiveOnce } from "./receive.ts";
import type { Outcome } from "./receive.ts";

/** A request to a webhook's address: its headers and the bytes of its body, untouched. */
export interface RawDelivery {
  headers: Headers;
  body: Uint8Array;
}

/** The envelope of every event of Clerk. `timestamp` is when it happened, in milliseconds (in some examples seconds). */
const ClerkEvent = z.object({
  type: z.string().min(1).max(100),
  timestamp: z.number().positive(),
  data: z.record(z.string(), z.unknown()),
  instance_id: z.string().nullish(),
});
type ClerkEvent = z.infer<typeof ClerkEvent>;

/**
 * Receives one delivery of Clerk: verified, then remembered, then applied.
 *
 * @returns `unusable` for what is signed and no event of ours, and would not be one the next time either
 * @throws AppError INVALID_SIGNATURE for whatever no signing secret of ours has signed within five minutes
 */
export async function receiveClerkEvent(
  delivery: RawDelivery,
  services: Services,
): Promise<Outcome | "unusable"> {
  const { id, json } = verify(delivery, services);
  const { data: event } = ClerkEvent.safeParse(json);
  if (event === undefined) {
    services.log.warn({ id }, "a signed webhook is no event of Clerk");
    return "unusable";
  }
  if (isForeign(event, services)) {
    services.log.error(
      { id, instanceId: event.instance_id },
      "a webhook of another Clerk instance came here",
    );
    return "unusable";
  }
  return remember({ id, event, body: delivery.body }, services);
}

/** Two instances whose endpoints were crossed: what one says of its users must not stand in the other's tables. */
function isForeign({ instance_id }: ClerkEvent, { config }: Services): boolean {
  const { instanceId } = config.mirror;
  return instanceId !== null && typeof instance_id === "string" && instance_id !== instanceId;
}

async function remember(
  { id, event, body }: { id: string; event: ClerkEvent; body: Uint8Array },
  { database, now, organizations: { roleOf }, log }: Services,
): Promise<Outcome | "unusable"> {
  const { type } = event;
  const at = instantOf(event.timestamp);
  const read = readClerkEvent(type, event.data);
  const tools = { db: database.db, now };
  const message = { provider: "clerk", id, type, bodyHash: hash("sha256", body, "buffer") } as const;
  if (read === "unknown type") return receiveOnce(message, tools, () => Promise.resolve("ignored"));
  if (read === "no shape") {
    const review = `This ${type} does not hold what its type promises.`;
    await receiveOnce(message, tools, () => Promise.resolve({ review, details: {} }));
    return "unusable";
  }
  const kept = { subject: read.subject, payload: keepable(read, at) };
  const outcome = await receiveOnce({ ...message, ...kept }, tools, (tx) =>
    read.apply(tx, { id, type, at }, { roleOf, now }),
  );
  if (outcome === "other body")
    log.error(
      { id, type },
      "a webhook came with another body under an id that was used; the first one stands",
    );
  return outcome;
}

/** Any one of the signing secrets is enough: while one is replaced by another, both sign. */
function verify({ headers, body }: RawDelivery, { clerk }: Services): { id: string; json: unknown } {
  const id = headers.get("svix-id") ?? "";
  const signed = {
    "svix-id": id,
    "svix-timestamp": headers.get("svix-timestamp") ?? "",
    "svix-signature": headers.get("svix-signature") ?? "",
  };
  for (const secret of clerk.webhookSecrets) {
    try {
      return { id, json: new Webhook(secret.reveal()).verify(Buffer.from(body), signed) };
    } catch {
      // Not signed with this secret; the next one may have signed it.
    }
  }
  throw new AppError("INVALID_SIGNATURE");
}
