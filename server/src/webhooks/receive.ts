import type { Prisma, WebhookProvider } from "../database/generated/client.ts";
import type { Database, Transaction } from "../database/open.ts";
import { inTransaction } from "../database/transaction.ts";

/** A message whose signature was good. */
export interface Delivery {
  provider: WebhookProvider;
  /** The provider's own id of the message; the same on every copy of it. */
  id: string;
  type: string;
}

/** `repeat`: an earlier copy has been applied, and this one changed nothing. `review`: it waits for a person. */
export type Outcome = "applied" | "ignored" | "repeat" | "review";

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
      if (!(await remember(tx, delivery, now()))) return "repeat";
      const applied = await apply(tx);
      if (typeof applied === "string") return applied;
      const { provider, id } = delivery;
      await tx.webhookEvent.update({ where: { provider_id: { provider, id } }, data: applied });
      return "review";
    });
  } catch (error) {
    await noteFailure(db, delivery, { at: now(), error });
    throw error;
  }
}

/** False where the message has been applied before. */
async function remember(tx: Transaction, { provider, id, type }: Delivery, at: Date): Promise<boolean> {
  const taken = await tx.$executeRaw`
    INSERT INTO webhook_events (provider, id, type, applied_at, received_at)
    VALUES (${provider}::webhook_provider, ${id}, ${type}, ${at}, ${at})
    ON CONFLICT (provider, id) DO UPDATE
      SET applied_at = ${at}, attempts = webhook_events.attempts + 1, last_error = NULL
      WHERE webhook_events.applied_at IS NULL`;
  return taken === 1;
}

async function noteFailure(
  db: Database,
  { provider, id, type }: Delivery,
  { at, error }: { at: Date; error: unknown },
): Promise<void> {
  // The kind of the error only: its message may hold a part of the payload, and so a person's data.
  const lastError = error instanceof Error ? error.name : typeof error;
  await db.$executeRaw`
    INSERT INTO webhook_events (provider, id, type, received_at, last_error)
    VALUES (${provider}::webhook_provider, ${id}, ${type}, ${at}, ${lastError})
    ON CONFLICT (provider, id) DO UPDATE
      SET attempts = webhook_events.attempts + 1, last_error = ${lastError}
      WHERE webhook_events.applied_at IS NULL`;
}
