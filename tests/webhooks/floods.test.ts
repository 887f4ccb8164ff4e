import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveWith, testServer } from "../support/server.ts";
import { snapshot } from "../support/snapshot.ts";
import { openPaypalStandIn, transmit } from "../support/stand-ins/paypal.ts";
import type { PaypalStandIn } from "../support/stand-ins/paypal.ts";
import * as stripe from "../support/stand-ins/stripe.ts";
import { deliver } from "./deliver.ts";

// Anybody can send to these addresses. What is not signed must cost little, and must not stand in the way of what is.

let paypal: PaypalStandIn;
let shop: stripe.StripeStandIn;
beforeAll(async () => {
  paypal = await openPaypalStandIn();
  shop = await stripe.openStripeStandIn();
  // A tenth of the usual: ten bad signatures a minute from one address.
  serveWith({ ...paypal.env, ...shop.env, RATE_LIMIT_ADDRESS_SCALE: "0.1" });
});
afterAll(async () => {
  await paypal.close();
  await shop.close();
});

const userEvent = (id = `user_${randomUUID()}`): string =>
  JSON.stringify({ type: "user.created", timestamp: 1_744_276_393_644, data: { id, updated_at: 1 } });
const paypalEvent = (): string =>
  JSON.stringify({ event_type: "CATALOG.PRODUCT.CREATED", resource: { id: randomUUID() } });
const stripeEvent = () => stripe.makeEvent("product.created", { id: randomUUID() });

const genuine = [
  async () => (await deliver(userEvent())).status,
  async () => (await stripe.deliver(stripeEvent())).status,
  async () => (await transmit(paypal, paypalEvent())).status,
];
const forged = [
  () => deliver(userEvent(), { headers: { "svix-signature": "" } }),
  () => deliver(userEvent(), { body: userEvent() }),
  () => raw("stripe", { "stripe-signature": `t=${Math.floor(Date.now() / 1_000)},v1=${"0".repeat(64)}` }),
  () => raw("stripe", {}),
  () => raw("paypal", {}),
];

async function raw(provider: string, headers: Record<string, string>): Promise<Response> {
  const { url } = await testServer();
  return fetch(`${url}/webhooks/${provider}`, { method: "POST", body: "{}", headers });
}

test("a flood of forged messages is refused, and every genuine one of the same address is taken", async () => {
  const { running } = await testServer();
  const taken: Promise<number>[] = [];
  const refused: Promise<Response>[] = [];
  for (let round = 0; round < 12; round++) {
    refused.push(...forged.map((send) => send()));
    if (round % 3 === 0) taken.push(...genuine.map((send) => send()));
  }

  expect(await Promise.all(taken)).toEqual(Array.from({ length: 12 }, () => 200));

  const answers = await Promise.all(refused);
  const withStatus = (status: number) => answers.filter((each) => each.status === status);
  expect(withStatus(400)).toHaveLength(10);
  expect(withStatus(429)).toHaveLength(50);
  const [last] = withStatus(429).slice(-1);
  expect(last!.headers.get("ratelimit-policy")).toBe('"badSignature";q=10;w=60');
  expect(Number(last!.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await last!.json()).toMatchObject({ code: "RATE_LIMITED" });

  const before = await snapshot(running.services.database.pool);
  for (const send of forged) expect((await send()).status).toBe(429);
  expect(await snapshot(running.services.database.pool)).toEqual(before);
});

test.each(["clerk", "stripe", "paypal"])(
  "a message to %s without a signature is refused before its body has come",
  async (provider) => {
    const { url } = await testServer();
    const status = await new Promise((answered, failed) => {
      const sent = request(`${url}/webhooks/${provider}`, {
        method: "POST",
        headers: { "content-length": 1_000_000, "content-type": "application/json" },
      });
      // The body is promised, and never sent.
      sent.flushHeaders();
      sent.once("response", ({ statusCode }) => {
        answered(statusCode);
        sent.destroy();
      });
      sent.once("error", failed);
    });
    expect([400, 429]).toContain(status);
  },
);

const certificatesAsked = () => paypal.heard.filter(({ path }) => path.includes("/certs/"));

test("messages that name the same new certificate of PayPal's fetch it once", async () => {
  paypal.certificates.set("CERT-renewed", paypal.signer.certificate);
  const before = certificatesAsked().length;

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => transmit(paypal, paypalEvent(), { certificate: "CERT-renewed" })),
  );

  expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(certificatesAsked()).toHaveLength(before + 1);
});

test("made-up certificates do not make the server call PayPal again and again", async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      transmit(paypal, paypalEvent(), { certificate: `CERT-made-up-${index}` }),
    ),
  );

  expect(answers.filter(({ status }) => status < 400)).toEqual([]);
  // In this minute, and with those that were fetched before.
  expect(certificatesAsked()).toHaveLength(10);
  expect((await transmit(paypal, paypalEvent())).status).toBe(200);
});

test.each(["at once", "in pieces without a length"])(
  "a message of more than a quarter of a megabyte is refused before anybody asks who has signed it, sent %s",
  async (how) => {
    const { url } = await testServer();
    const whole = Buffer.alloc(300_000, "a");
    const pieces = new Blob([whole]).stream();
    const answer = await fetch(`${url}/webhooks/clerk`, {
      method: "POST",
      headers: { "svix-id": "msg_1", "svix-timestamp": "1", "svix-signature": "v1,aaaa" },
      ...(how === "at once" ? { body: whole } : { body: pieces, duplex: "half" as const }),
    });
    expect(answer.status).toBe(413);
  },
);
