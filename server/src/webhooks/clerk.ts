import { Webhook } from "svix";
import { z } from "zod";
import { AppError } from "../base/app-error.ts";
import { instantOf } from "../base/instants.ts";
import type { Transaction } from "../database/open.ts";
import { readClerkUser } from "../mirror/clerk-user.ts";
import { applySession, readClerkSession } from "../mirror/sessions.ts";
import { applyUser, applyUserDeletion } from "../mirror/users.ts";
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
});
type ClerkEvent = z.infer<typeof ClerkEvent>;

/**
 * Receives one delivery of Clerk: verified, then remembered, then applied.
 *
 * @throws AppError INVALID_SIGNATURE for whatever no signing secret of ours has signed within five minutes;
 * VALIDATION_FAILED for a signed body that is no event
 */
export async function receiveClerkEvent(delivery: RawDelivery, services: Services): Promise<Outcome> {
  const { id, json } = verify(delivery, services);
  const { data: event } = ClerkEvent.safeParse(json);
  if (event === undefined) throw new AppError("VALIDATION_FAILED", { detail: "This is no event of Clerk." });
  const tools = { db: services.database.db, now: services.now };
  return receiveOnce({ provider: "clerk", id, type: event.type }, tools, (tx) => applyClerkEvent(tx, event));
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

async function applyClerkEvent(
  tx: Transaction,
  { type, timestamp, data }: ClerkEvent,
): Promise<"applied" | "ignored"> {
  switch (type) {
    case "user.created":
    case "user.updated": {
      const user = readClerkUser(data);
      if (user === null) throw new AppError("VALIDATION_FAILED", { detail: "This event holds no user." });
      await applyUser(tx, user);
      return "applied";
    }
    case "user.deleted": {
      if (typeof data["id"] !== "string")
        throw new AppError("VALIDATION_FAILED", { detail: "This event names no user." });
      await applyUserDeletion(tx, data["id"], instantOf(timestamp));
      return "applied";
    }
    case "session.created":
    case "session.pending":
    case "session.ended":
    case "session.removed":
    case "session.revoked": {
      const session = readClerkSession(data);
      if (session === null)
        throw new AppError("VALIDATION_FAILED", { detail: "This event holds no session." });
      await applySession(tx, session);
      return "applied";
    }
    default:
      // Acknowledged and remembered: another type is not an error, and Svix would send it again for a day.
      return "ignored";
  }
}
