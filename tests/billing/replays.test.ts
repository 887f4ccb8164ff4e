import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { expectBooksToAgree } from "../support/credits.ts";
import { serveWith, testServer } from "../support/server.ts";
import { openPaypalStandIn, transmit } from "../support/stand-ins/paypal.ts";
import type { PaypalStandIn } from "../support/stand-ins/paypal.ts";
import * as stripe from "../support/stand-ins/stripe.ts";
import { openWorld } from "../support/world.ts";

// What failed here is run again from here, with what the provider says now.

let paypal: PaypalStandIn;
let shop: stripe.StripeStandIn;
beforeAll(async () => {
  paypal = await openPaypalStandIn();
  shop = await stripe.openStripeStandIn();
  serveWith({ ...paypal.env, ...shop.env });
});
afterAll(async () => {
  await paypal.close();
  await shop.close();
});
afterEach(async () => expectBooksToAgree((await testServer()).running.services.database.pool));

/** While no entry can be written into the ledger, as if something were broken here. */
async function whileBroken(work: () => Promise<{ status: number }>): Promise<void> {
  const { running, log } = await testServer();
  const { pool } = running.services.database;
  await pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON credit_entries FOR EACH ROW EXECUTE FUNCTION refuse()`);
  try {
    expect((await work()).status).toBe(500);
  } finally {
    await pool.query("DROP TRIGGER refuse ON credit_entries; DROP FUNCTION refuse");
    log.takeErrors();
  }
}

test("an event of Stripe's that failed is asked for at Stripe and run, and grants once", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { webhooks } = server.admin.admin;
  const event = stripe.paid({ workspaceId, packId: "starter" });
  const which = { provider: "stripe", id: event.id } as const;
  await whileBroken(() => stripe.deliver(event));
  expect(await webhooks.get.query(which)).toMatchObject({ outcome: "failed", canReplay: true });
  await expect(webhooks.replay.mutate(which)).toBeRefused("VALIDATION_FAILED");
  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 0 });

  shop.events.set(event.id, event);
  for (let again = 0; again < 2; again++)
    expect(await webhooks.replay.mutate(which)).toMatchObject({ outcome: "applied", lastError: null });

  expect(await stripe.deliver(event)).toMatchObject({ outcome: "repeat" });
  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 1_000 });
});

test("an event of PayPal's that failed is run with what PayPal says of its capture now, and grants once", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { webhooks } = server.admin.admin;
  const buy = { workspaceId, packId: "starter", provider: "paypal" } as const;
  const { checkoutId } = await ada.billing.checkout.mutate(buy);
  const id = randomUUID();
  const which = { provider: "paypal", id } as const;
  const resource = { id: `CAP-${checkoutId}`, payer: { email_address: "buyer@example.com" } };
  const body = JSON.stringify({ event_type: "PAYMENT.CAPTURE.COMPLETED", resource });
  await whileBroken(() => transmit(paypal, body, { id }));
  expect(await webhooks.get.query(which)).toMatchObject({ outcome: "failed", canReplay: true });
  const { payload } = await server.running.services.database.db.webhookEvent.findUniqueOrThrow({
    where: { provider_id: which },
  });
  expect(JSON.stringify(payload)).not.toContain("buyer");

  for (let again = 0; again < 2; again++)
    expect(await webhooks.replay.mutate(which)).toMatchObject({ outcome: "applied", lastError: null });

  expect(await transmit(paypal, body, { id })).toMatchObject({ outcome: "repeat" });
  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 1_000 });
});

test("what waits for a person goes on waiting while its cause is there", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { webhooks } = server.admin.admin;
  const event = stripe.paid({ workspaceId, packId: "no-such-pack" });
  shop.events.set(event.id, event);
  expect(await stripe.deliver(event)).toMatchObject({ outcome: "review" });
  const before = await webhooks.get.query({ provider: "stripe", id: event.id });

  const after = await webhooks.replay.mutate({ provider: "stripe", id: event.id });

  expect(after).toMatchObject({
    outcome: "review",
    review: before.review,
    details: before.details,
    attempts: 2,
  });
  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 0 });
});
