import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "../support/credits.ts";
import { serveWith } from "../support/server.ts";
import { deliver, makeEvent, openStripeStandIn } from "../support/stand-ins/stripe.ts";
import type { StripeEvent, StripeStandIn } from "../support/stand-ins/stripe.ts";
import { openWorld } from "../support/world.ts";

let stripe: StripeStandIn;
beforeAll(async () => {
  stripe = await openStripeStandIn();
  serveWith(stripe.env);
});
afterAll(() => stripe.close());

/** A payment of the starter pack: 1,000 credits for 10.00 US dollars. */
class Purchase {
  readonly intent = `pi_${randomUUID()}`;
  readonly session = `cs_${randomUUID()}`;
  readonly #workspaceId: string;

  constructor(workspaceId: string) {
    this.#workspaceId = workspaceId;
  }

  checkout(type: string, paymentStatus: "paid" | "unpaid"): StripeEvent {
    return makeEvent(`checkout.session.${type}`, {
      id: this.session,
      object: "checkout.session",
      mode: "payment",
      payment_intent: this.intent,
      payment_status: paymentStatus,
      amount_total: 1_000,
      currency: "usd",
      metadata: { workspaceId: this.#workspaceId, packId: "starter" },
    });
  }

  refunded(total: number): StripeEvent {
    return makeEvent("charge.refunded", {
      id: "ch_1",
      object: "charge",
      payment_intent: this.intent,
      amount: 1_000,
      amount_refunded: total,
    });
  }

  refund(type: string, id: string, amount: number, status: string): StripeEvent {
    const object = {
      id: `${id}_${this.intent}`,
      object: "refund",
      payment_intent: this.intent,
      amount,
      status,
    };
    return makeEvent(`refund.${type}`, object);
  }

  dispute(type: string, status: string, amount = 1_000): StripeEvent {
    const object = {
      id: `dp_${this.intent}`,
      object: "dispute",
      payment_intent: this.intent,
      amount,
      status,
    };
    return makeEvent(`charge.dispute.${type}`, object);
  }
}

interface Life {
  name: string;
  events: (purchase: Purchase) => StripeEvent[];
  /** What 1,000 credits are worth in the end. */
  left: number;
}

const LIVES: Life[] = [
  { name: "paid at once", events: (it) => [it.checkout("completed", "paid")], left: 1_000 },
  {
    name: "unpaid, then paid",
    events: (it) => [it.checkout("completed", "unpaid"), it.checkout("async_payment_succeeded", "paid")],
    left: 1_000,
  },
  {
    name: "unpaid, then failed",
    events: (it) => [it.checkout("completed", "unpaid"), it.checkout("async_payment_failed", "unpaid")],
    left: 0,
  },
  { name: "expired", events: (it) => [it.checkout("expired", "unpaid")], left: 0 },
  {
    name: "refunded in parts",
    events: (it) => [it.checkout("completed", "paid"), it.refunded(100), it.refunded(333)],
    left: 667,
  },
  {
    name: "refunded in full, told twice over",
    events: (it) => [
      it.checkout("completed", "paid"),
      it.refund("created", "re_1", 400, "succeeded"),
      it.refunded(400),
      it.refund("created", "re_2", 600, "pending"),
      it.refunded(1_000),
      it.refund("updated", "re_2", 600, "succeeded"),
    ],
    left: 0,
  },
  {
    name: "a refund that failed",
    events: (it) => [
      it.checkout("completed", "paid"),
      it.refund("created", "re_1", 400, "pending"),
      it.refunded(400),
      it.refund("failed", "re_1", 400, "failed"),
    ],
    left: 1_000,
  },
  {
    name: "disputed and won",
    events: (it) => [
      it.checkout("completed", "paid"),
      it.dispute("created", "needs_response"),
      it.dispute("funds_withdrawn", "under_review"),
      it.dispute("closed", "won"),
    ],
    left: 1_000,
  },
  {
    name: "disputed and lost",
    events: (it) => [
      it.checkout("completed", "paid"),
      it.dispute("created", "needs_response"),
      it.dispute("closed", "lost"),
    ],
    left: 0,
  },
  {
    name: "refunded in part, then disputed about the rest and lost",
    events: (it) => [
      it.checkout("completed", "paid"),
      it.refunded(250),
      it.dispute("created", "needs_response", 750),
      it.dispute("closed", "lost", 750),
    ],
    left: 0,
  },
  {
    name: "an inquiry that comes to nothing",
    events: (it) => [
      it.checkout("completed", "paid"),
      it.dispute("created", "warning_needs_response"),
      it.dispute("closed", "warning_closed"),
    ],
    left: 1_000,
  },
];

interface Ending {
  net: number;
  balance: number;
  owed: number;
}

/** Lives a life in some order, in a new workspace, and says how it ends. */
async function live(life: Life, order: (events: StripeEvent[]) => StripeEvent[]): Promise<Ending> {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  for (const event of order(life.events(new Purchase(workspaceId))))
    expect((await deliver(event)).status).toBe(200);
  await expectBooksToAgree(server.running.services.database.pool);
  const { balance, owed } = await ada.credits.balance.query({ workspaceId });
  return { net: balance - owed, balance, owed };
}

describe.each(LIVES)("a payment that is $name", (life) => {
  const ending: Ending = { net: life.left, balance: life.left, owed: 0 };

  test("ends the same in order, reversed and doubled", async () => {
    expect(await live(life, (events) => events)).toEqual(ending);
    expect(await live(life, (events) => events.toReversed())).toEqual(ending);
    expect(await live(life, (events) => [...events, ...events])).toEqual(ending);
    expect(await live(life, (events) => events.flatMap((event) => [event, event]).toReversed())).toEqual(
      ending,
    );
  });

  test("ends the same in any order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(1_000)), async (dice) => {
        const shuffle = (events: StripeEvent[]): StripeEvent[] =>
          events
            .map((event) => ({ event, place: dice.next().value as number }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ event }) => event);
        expect(await live(life, shuffle)).toEqual(ending);
      }),
      { numRuns: 4 },
    );
  });
});
