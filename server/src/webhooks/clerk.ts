import { hash } from "node:crypto";
import { Webhook } from "svix";
import { z } from "zod";
import { AppError } from "../base/app-error.ts";
import { instantOf } from "../base/instants.ts";
import { keepable, readClerkEvent } from "../features/sync/clerk-events.ts";
import type { Services } from "../services.ts";
import type { Entrance, RawDelivery } from "./entrance.ts";
import { receiveOnce } from "./receive.ts";
import type { Outcome } from "./receive.ts";

/** The envelope of every event of Clerk. `timestamp` is when it happened, in milliseconds (in some examples seconds). */
const ClerkEvent = z.object({
  type: z.string().min(1).max(100),
  timestamp: z.number().positive(),
  data: z.record(z.string(), z.unknown()),
  instance_id: z.string().nullish(),
});
type ClerkEvent = z.infer<typeof ClerkEvent>;

/** What a signing secret of ours has signed within five minutes. */
interface Signed {
  /** svix-id */
  id: string;
  json: unknown;
  body: Uint8Array;
}

/** The events of Clerk, which Svix delivers. */
export function openClerkEntrance(services: Services): Entrance<Signed> {
  return {
    requireSignature: (headers) => {
      const [id, timestamp, signature] = SIGNED_HEADERS.map((name) => headers.get(name) ?? "");
      if (!id || !timestamp || !signature?.includes("v1,")) throw new AppError("INVALID_SIGNATURE");
    },
    verify: (delivery) => verify(delivery, services),
    apply: (signed) => receive(signed, services),
  };
}

const SIGNED_HEADERS = ["svix-id", "svix-timestamp", "svix-signature"] as const;

async function receive({ id, json, body }: Signed, services: Services): Promise<Outcome | "unusable"> {
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
  return remember({ id, event, body }, services);
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
function verify({ headers, body }: RawDelivery, { clerk }: Services): Signed {
  const signed = Object.fromEntries(SIGNED_HEADERS.map((name) => [name, headers.get(name) ?? ""]));
  const id = headers.get("svix-id") ?? "";
  for (const secret of clerk.webhookSecrets) {
    try {
      return { id, body, json: new Webhook(secret.reveal()).verify(Buffer.from(body), signed) };
    } catch {
      // Not signed with this secret; the next one may have signed it.
    }
  }
  throw new AppError("INVALID_SIGNATURE");
}
