import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "../support/credits.ts";
import { testOnPostgres } from "../support/database.ts";
import { send } from "../support/raw.ts";
import { openTestServer, serveWith, testServer } from "../support/server.ts";
import {
  STRIPE_SECRETS,
  deliver,
  makeEvent,
  openStripeStandIn,
  paid,
  sign,
} from "../support/stand-ins/stripe.ts";
import type { StripeEvent, StripeStandIn } from "../support/stand-ins/stripe.ts";
import { openWorld, signUp } from "../support/world.ts";

let stripe: StripeStandIn;
beforeAll(async () => {
  stripe = await openStripeStandIn();
  serveWith({ ...stripe.env, APP_URL: "https://app.example.com/console" });
});
afterAll(() => stripe.close());
afterEach(async () => expectBooksToAgree((await testServer()).running.services.database.pool));

function refunded(event: StripeEvent, amount_refunded: number): StripeEvent {
  const { payment_intent } = event.data.object;
  return makeEvent("charge.refunded", { id: "ch_1", object: "charge", payment_intent, amount_refunded });
}

describe("buying", () => {
  test("the packs are open to everybody, whatever credential comes along", async () => {
    const { as } = await testServer();

    const { items } = await as(null).billing.plans.query();

    expect(items[0]).toEqual({
      id: "starter",
      name: "Starter",
      credits: 1_000,
      price: { amount: 1_000, currency: "usd" },
    });
    expect(await as("not.a.token").billing.plans.query()).toEqual({ items });
  });

  test("leads from a checkout to credits, once they are paid", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const checkout = await ada.billing.checkout.mutate({
      workspaceId,
      packId: "starter",
      provider: "stripe",
    });
    expect(checkout.url).toContain(checkout.checkoutId);
    expect((await ada.billing.payments.query({ workspaceId })).items).toMatchObject([
      { id: checkout.paymentId, state: "open", url: checkout.url, granted: 0 },
    ]);

    const asked = new URLSearchParams(stripe.heard.at(-1)!.body);
    const metadata = Object.fromEntries(
      ["paymentId", "workspaceId", "packId"].map((name) => [name, asked.get(`metadata[${name}]`)]),
    );
    expect(metadata).toEqual({ paymentId: checkout.paymentId, workspaceId, packId: "starter" });
    expect(asked.get("payment_intent_data[metadata][paymentId]")).toBe(checkout.paymentId);
    expect(await deliver(paid(metadata, { id: checkout.checkoutId }))).toEqual({
      status: 200,
      outcome: "applied",
      code: null,
    });

    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 1_000 });
    expect((await ada.credits.entries.query({ workspaceId })).items).toMatchObject([
      { amount: 1_000, source: "purchase", reason: "Bought starter" },
    ]);
    expect((await ada.billing.payments.query({ workspaceId })).items).toMatchObject([
      { id: checkout.paymentId, state: "paid", url: null, granted: 1_000 },
    ]);
  });

  test("takes a checkout that was made elsewhere, for a workspace or for a person", async () => {
    const { workspaceId, ada, people } = await openWorld({ ada: "owner" });
    const { number } = await ada.me.get.query();

    await deliver(paid({ workspaceId, packId: "starter" }));
    for (const userId of [people.ada.userId, String(number), people.ada.clerkId])
      await deliver(paid({ userId, packId: "starter" }));

    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 1_000 });
    expect(await ada.me.credits.balance.query()).toMatchObject({ balance: 3_000 });
  });

  test("comes back to the frontend only", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const buy = { workspaceId, packId: "starter", provider: "stripe" } as const;
    const before = stripe.heard.length;

    for (const returnTo of [
      "https://evil.example.com/console",
      "https://app.example.com.evil.com/console",
      "http://app.example.com/console",
      "https://app.example.com/consoles",
      "https://app.example.com/",
      "https://app.example.com/console/../",
      "https://x@app.example.com/console",
      "javascript:alert(1)",
    ])
      await expect(ada.billing.checkout.mutate({ ...buy, returnTo })).toBeRefused("VALIDATION_FAILED");
    expect(stripe.heard).toHaveLength(before);

    await ada.billing.checkout.mutate({ ...buy, returnTo: "https://app.example.com/console/done?a=1" });
    expect(new URLSearchParams(stripe.heard.at(-1)!.body).get("success_url")).toBe(
      "https://app.example.com/console/done?a=1",
    );
  });

  test("makes one checkout for one idempotency key, however often it is asked for", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const buy = { workspaceId, packId: "starter", provider: "stripe", idempotencyKey: "buy-1" } as const;

    const answers = await Promise.all([1, 2, 3].map(() => ada.billing.checkout.mutate(buy)));

    expect(new Set(answers.map(({ checkoutId }) => checkoutId)).size).toBe(1);
    expect((await ada.billing.payments.query({ workspaceId })).items).toHaveLength(1);
    await expect(ada.billing.checkout.mutate({ ...buy, packId: "team" })).toBeRefused(
      "IDEMPOTENCY_KEY_REUSED",
    );
  });

  test("fails without a trace of Stripe's words, and the same key may try again", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const buy = { workspaceId, packId: "starter", provider: "stripe", idempotencyKey: "buy-2" } as const;
    stripe.refuseWith(400);
    const refused = ada.billing.checkout.mutate(buy);
    await expect(refused).toBeRefused("PROVIDER_ERROR");
    await expect(refused).rejects.not.toThrow("sk_test");
    // The client tries again by itself, because the call has a name; each try is refused and logged.
    const refusals = server.log.takeErrors();
    expect(new Set(refusals.map(({ status }) => status))).toEqual(new Set([502]));
    expect(server.log.text()).not.toContain("sk_test");
    stripe.refuseWith(null);

    expect(await ada.billing.checkout.mutate(buy)).toHaveProperty("url");
    const states = (await ada.billing.payments.query({ workspaceId })).items.map(({ state }) => state);
    expect(states).toEqual(["open", ...refusals.map(() => "failed")]);
  });

  test("is not for members, for unknown packs, or by a provider that is not set up", async () => {
    const { ada, mel, workspaceId } = await openWorld({ ada: "owner", mel: "member" });
    const buy = { workspaceId, packId: "starter", provider: "stripe" } as const;

    await expect(mel.billing.checkout.mutate(buy)).toBeRefused("FORBIDDEN");
    await expect(ada.billing.checkout.mutate({ ...buy, packId: "none" })).toBeRefused("NOT_FOUND");
    await expect(ada.billing.checkout.mutate({ ...buy, provider: "paypal" })).toBeRefused("NOT_FOUND");

    expect((await ada.billing.payments.query({ workspaceId })).items).toEqual([]);
  });
});

describe("what does not fit grants nothing and is kept for a person to look at", () => {
  test.each<[string, (workspaceId: string) => StripeEvent]>([
    ["an unknown pack", (workspaceId) => paid({ workspaceId, packId: "gold" })],
    ["no pack", (workspaceId) => paid({ workspaceId })],
    ["no metadata", () => paid({}, { metadata: null })],
    ["an unknown workspace", () => paid({ workspaceId: randomUUID(), packId: "starter" })],
    ["a workspace that is no id", () => paid({ workspaceId: "1 OR 1=1", packId: "starter" })],
    ["an unknown user", () => paid({ userId: "user_nobody", packId: "starter" })],
    ["a workspace and a user", (workspaceId) => paid({ workspaceId, userId: "1", packId: "starter" })],
    ["too little", (workspaceId) => paid({ workspaceId, packId: "starter" }, { amount_total: 999 })],
    ["too much", (workspaceId) => paid({ workspaceId, packId: "starter" }, { amount_total: 1_001 })],
    ["nothing", (workspaceId) => paid({ workspaceId, packId: "starter" }, { amount_total: 0 })],
    ["no amount", (workspaceId) => paid({ workspaceId, packId: "starter" }, { amount_total: null })],
    ["another currency", (workspaceId) => paid({ workspaceId, packId: "starter" }, { currency: "jpy" })],
    [
      "a live event on a test server",
      (workspaceId) => ({ ...paid({ workspaceId, packId: "starter" }), livemode: true }),
    ],
  ])("%s", async (_, make) => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const event = make(workspaceId);

    expect(await deliver(event)).toMatchObject({ status: 200, outcome: "review" });
    expect(await deliver(event)).toMatchObject({ status: 200, outcome: "repeat" });

    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 0 });
    expect((await ada.billing.payments.query({ workspaceId })).items).toEqual([]);
    const kept = await server.running.services.database.db.webhookEvent.findFirst({
      where: { id: event.id },
    });
    expect(kept?.review).toMatch(/^[A-Z].*\.$/);
  });

  test("a price of yesterday still buys what it bought", async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const { paymentId, checkoutId } = await ada.billing.checkout.mutate({
      workspaceId,
      packId: "starter",
      provider: "stripe",
    });
    const { db } = server.running.services.database;
    await db.payment.update({ where: { id: paymentId }, data: { credits: 700, amount: 800 } });

    expect(await deliver(paid({ paymentId }, { id: checkoutId }))).toMatchObject({ outcome: "review" });
    const event = paid({ paymentId }, { id: checkoutId, amount_total: 800 });
    expect(await deliver(event)).toMatchObject({ outcome: "applied" });

    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 700 });
  });
});

describe("what was bought and spent and given back", () => {
  test("is owed: nothing can be spent until the next credits have paid it", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const first = paid({ workspaceId, packId: "starter" });
    await deliver(first);
    const spend = (credits: number) =>
      ada.credits.spend.mutate({ workspaceId, credits, reason: "Work", idempotencyKey: randomUUID() });
    await spend(700);

    await deliver(refunded(first, 1_000));
    expect(await ada.credits.balance.query({ workspaceId })).toEqual({
      balance: 0,
      held: 0,
      available: 0,
      owed: 700,
    });
    await expect(spend(1)).toBeRefused("INSUFFICIENT_CREDITS");

    await deliver(paid({ workspaceId, packId: "starter" }));
    expect(await ada.credits.balance.query({ workspaceId })).toEqual({
      balance: 300,
      held: 0,
      available: 300,
      owed: 0,
    });
    const sources = (await ada.credits.entries.query({ workspaceId })).items.map(({ source }) => source);
    expect(sources).toEqual(["settlement", "purchase", "refund", "spend", "purchase"]);
  });

  test("leaves a hold alone, and is paid by what it gives free", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const first = paid({ workspaceId, packId: "starter" });
    await deliver(first);
    const { id: holdId } = await ada.credits.hold.mutate({
      workspaceId,
      credits: 600,
      reason: "Promised",
      idempotencyKey: randomUUID(),
    });
    await deliver(refunded(first, 1_000));
    expect(await ada.credits.balance.query({ workspaceId })).toEqual({
      balance: 600,
      held: 600,
      available: 0,
      owed: 600,
    });

    await ada.credits.capture.mutate({ workspaceId, holdId, credits: 200 });

    expect(await ada.credits.balance.query({ workspaceId })).toEqual({
      balance: 0,
      held: 0,
      available: 0,
      owed: 200,
    });
  });
});

const now = (): number => Math.floor(Date.now() / 1_000);

describe("the signature", () => {
  test("may be of any of the secrets, while one is replaced", async () => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    for (const secret of STRIPE_SECRETS) {
      const payload = JSON.stringify({ object: "event", ...paid({ workspaceId, packId: "starter" }) });
      const answer = await deliver(payload, { "stripe-signature": sign(payload, { secret }) });
      expect(answer.status).toBe(200);
    }
    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 2_000 });
  });

  test.each<[string, (payload: string) => string]>([
    ["missing", () => ""],
    ["of another secret", (payload) => sign(payload, { secret: "whsec_somebody-elses" })],
    ["of another body", () => sign("{}")],
    ["six minutes old", (payload) => sign(payload, { timestamp: now() - 360 })],
    ["six minutes ahead", (payload) => sign(payload, { timestamp: now() + 360 })],
    ["of a year ahead", (payload) => sign(payload, { timestamp: now() + 31_536_000 })],
    ["of no time", (payload) => sign(payload).replace(/t=\d+/, "t=abc")],
    ["without a time", (payload) => sign(payload).replace(/t=\d+,/, "")],
    ["of two times", (payload) => `t=${now()},${sign(payload)}`],
    ["of a scheme that is none", (payload) => sign(payload).replace("v1=", "v0=")],
    ["ten thousand wrong ones", () => `t=${now()}${",v1=aa".repeat(1_000)}`],
  ])("that is %s opens nothing", async (_, makeHeader) => {
    const { ada, workspaceId } = await openWorld({ ada: "owner" });
    const payload = JSON.stringify({ object: "event", ...paid({ workspaceId, packId: "starter" }) });

    const answer = await deliver(payload, { "stripe-signature": makeHeader(payload) });

    expect(answer).toEqual({ status: 400, outcome: null, code: "INVALID_SIGNATURE" });
    expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 0 });
  });

  test("is over the very bytes: the same event written another way is refused", async () => {
    const { workspaceId } = await openWorld({ ada: "owner" });
    const event = { object: "event", ...paid({ workspaceId, packId: "starter" }) };

    const answer = await deliver(JSON.stringify(event, null, 2), {
      "stripe-signature": sign(JSON.stringify(event)),
    });

    expect(answer.code).toBe("INVALID_SIGNATURE");
  });

  test("counts, and a bearer beside it does not", async () => {
    const ada = await signUp("ada");
    const answer = await deliver("{}", {
      "stripe-signature": "t=1,v1=aa",
      authorization: `Bearer ${ada.token}`,
    });
    expect(answer.code).toBe("INVALID_SIGNATURE");
  });
});

test("without Stripe's settings its routes are not there", async () => {
  const server = await openTestServer();
  try {
    for (const provider of ["stripe", "paypal"]) {
      const answer = await fetch(`${server.url}/webhooks/${provider}`, { method: "POST", body: "{}" });
      expect(answer.status).toBe(404);
    }
  } finally {
    await server.stop();
  }
});

test("a webhook is a POST", async () => {
  expect((await send("/webhooks/stripe")).code).toBe("METHOD_NOT_ALLOWED");
});

testOnPostgres("fifty copies at once of one event, and of its twins, grant one pack", async () => {
  const { ada, workspaceId } = await openWorld({ ada: "owner" });
  const event = paid({ workspaceId, packId: "starter" });
  const twin = { ...event, id: `evt_${randomUUID()}`, type: "checkout.session.async_payment_succeeded" };

  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => deliver(index % 2 === 0 ? event : twin)),
  );

  expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
  expect(await ada.credits.balance.query({ workspaceId })).toMatchObject({ balance: 1_000 });
});
