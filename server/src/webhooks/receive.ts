import type { Prisma, WebhookProvider } from "../database/generated/client.ts";
import type { Database, Transaction } from "../database/open.ts";
import { inTransaction } from "../database/transaction.ts";

/** A message whose signature was good. */
export interface Delivery {
  provider: WebhookProvider;
  /** The provider's own id of the message; the same on every copy of it. */
  id: string;
  type: string;
  /** SHA-256 of the body: tells a copy from another message under the same id. */
  bodyHash?: Uint8Array;
  /** What the handler reads, to run it again by hand; nothing secret. It is forgotten where the event means nothing. */
  payload?: object;
  /** Whose data the payload is, by the provider's id. */
  subject?: string;
}

/**
 * `repeat`: an earlier copy has been applied, and this one changed nothing. `review`: it waits for a person.
 * `other body`: the id was used before for another message, and this one changed nothing.
 */
export type Outcome = "applied" | "ignored" | "repeat" | "review" | "other body";

/** An event that is signed and understood and fits nothing of ours. It changes nothing and is kept to be looked at. */
export interface Review {
  /** Why, for the person who looks at it. */
  review: string;
  /** Ids and amounts that lead to the matter at the provider; never names or addresses of people. */
  details: Prisma.InputJsonObject;
}

export type Applied = "applied" | "ignored" | Review;

export interface ReceiveTools {
  db: Database;
  now: () => Date;
}

/**
 * Applies a message once. That it was applied is remembered in the transaction of its effect: either both are there
 * or neither. Copies that come at the same time wait for each other at the row.
 *
 * A failure leaves nothing of that transaction behind and is noted in one of its own, so that it can be seen; it
 * never stands in the way of the next copy.
 *
 * @param apply changes tables through `tx` only; it runs again where the transaction loses against another one
 */
export async function receiveOnce(
  delivery: Delivery,
  { db, now }: ReceiveTools,
  apply: (tx: Transaction) => Promise<Applied>,
): Promise<Outcome> {
  try {
    return await inTransaction(db, async (tx) => {
      if (!(await remember(tx, delivery, now()))) return whyNot(tx, delivery);
      const applied = await apply(tx);
      await noteOutcome(tx, delivery, applied);
      return typeof applied === "string" ? applied : "review";
    });
  } catch (error) {
    await noteFailure(db, delivery, { at: now(), error });
    throw error;
  }
}

/** False where the message has been applied before, or another one under its id has come. */
async function remember(tx: Transaction, delivery: Delivery, at: Date): Promise<boolean> {
  const { provider, id, type, bodyHash = null, subject = null } = delivery;
  const taken = await tx.$executeRaw`
    INSERT INTO webhook_events (provider, id, type, body_hash, payload, subject, applied_at, received_at, last_at)
    VALUES (${provider}::webhook_provider, ${id}, ${type}, ${bodyHash}, ${payloadOf(delivery)}::jsonb, ${subject},
      ${at}, ${at}, ${at})
    ON CONFLICT (provider, id) DO UPDATE
      SET applied_at = ${at}, last_at = ${at}, attempts = webhook_events.attempts + 1, last_error = NULL, outcome = 'applied'
      WHERE webhook_events.applied_at IS NULL
        AND COALESCE(webhook_events.body_hash = EXCLUDED.body_hash, true)`;
  return taken === 1;
}

async function whyNot(
  tx: Transaction,
  { provider, id, bodyHash }: Delivery,
): Promise<"repeat" | "other body"> {
  const first = await tx.webhookEvent.findUnique({
    where: { provider_id: { provider, id } },
    select: { bodyHash: true },
  });
  if (bodyHash === undefined || !first?.bodyHash) return "repeat";
  return Buffer.from(first.bodyHash).equals(bodyHash) ? "repeat" : "other body";
}

async function noteOutcome(tx: Transaction, { provider, id }: Delivery, applied: Applied): Promise<void> {
  if (applied === "applied") return;
  const where = { provider_id: { provider, id } };
  if (applied === "ignored")
    await tx.$executeRaw`
      UPDATE webhook_events SET outcome = 'ignored', payload = NULL, subject = NULL
      WHERE provider = ${provider}::webhook_provider AND id = ${id}`;
  else await tx.webhookEvent.update({ where, data: { ...applied, outcome: "review" } });
}

async function noteFailure(
  db: Database,
  delivery: Delivery,
  { at, error }: { at: Date; error: unknown },
): Promise<void> {
  const { provider, id, type, bodyHash = null, subject = null } = delivery;
  const lastError = nameOfFailure(error);
  await db.$executeRaw`
    INSERT INTO webhook_events
      (provider, id, type, body_hash, payload, subject, received_at, last_at, last_error, outcome)
    VALUES (${provider}::webhook_provider, ${id}, ${type}, ${bodyHash}, ${payloadOf(delivery)}::jsonb, ${subject},
      ${at}, ${at}, ${lastError}, 'failed')
    ON CONFLICT (provider, id) DO UPDATE
      SET attempts = webhook_events.attempts + 1, last_at = ${at}, last_error = ${lastError}, outcome = 'failed'
      WHERE webhook_events.applied_at IS NULL`;
}

/** The kind of the error only: its message may hold a part of the payload, and so a person's data. */
export function nameOfFailure(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
  return `${error.name}${code}`;
}

function payloadOf({ payload }: Delivery): string | null {
  return payload === undefined ? null : JSON.stringify(payload);
}
