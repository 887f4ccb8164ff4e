import { X509Certificate, randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { leadsToRoot, readCertificates, systemRoots } from "../../server/src/providers/certificate-chain.ts";
import { PAYPAL_INTERMEDIATES } from "../../server/src/providers/paypal-intermediates.ts";
import { fromPaypalMoney, toPaypalMoney } from "../../server/src/providers/paypal-money.ts";
import { issue } from "../support/certificates.ts";
import { expectBooksToAgree } from "../support/credits.ts";
import { serveWith, testServer } from "../support/server.ts";
import { openPaypalStandIn, transmit } from "../support/stand-ins/paypal.ts";
import type { PaypalStandIn, Transmission } from "../support/stand-ins/paypal.ts";
import { openWorld } from "../support/world.ts";

let paypal: PaypalStandIn;
beforeAll(async () => {
  paypal = await openPaypalStandIn();
  serveWith(paypal.env);
});
afterAll(() => paypal.close());
afterEach(async () => expectBooksToAgree((await testServer()).running.services.database.pool));

/** Ada opens a checkout of the starter pack: 1,000 credits for 10.00 US dollars. */
async function beginToBuy() {
  const world = await openWorld({ ada: "owner" });
  const { ada, workspaceId } = world;
  const { checkoutId } = await ada.billing.checkout.mutate({
    workspaceId,
    packId: "starter",
    provider: "paypal",
  });
  const captureId = `CAP-${checkoutId}`;
  const balance = () => ada.credits.balance.query({ workspaceId });
  return { ...world, checkoutId, captureId, balance };
}

const about = (event_type: string, resource: Record<string, unknown>): string =>
  JSON.stringify({ id: `WH-${randomUUID()}`, event_type, resource });
const completed = (id: string): string => about("PAYMENT.CAPTURE.COMPLETED", { id });

function putRefund(captureId: string, value: string, status = "COMPLETED"): string {
  const id = `REF-${randomUUID().slice(0, 8)}`;
  const links = [{ rel: "up", href: `https://api.paypal.com/v2/payments/captures/${captureId}` }];
  paypal.things.set(`/v2/payments/refunds/${id}`, {
    id,
    status,
    amount: { value, currency_code: "USD" },
    links,
  });
  return about("PAYMENT.CAPTURE.REFUNDED", { id });
}

const outcome = (outcome_code: string): Record<string, unknown> => ({
  status: "RESOLVED",
  dispute_outcome: { outcome_code },
});

function putDispute(captureId: string, id: string, state: Record<string, unknown>): string {
  paypal.things.set(`/v1/customer/disputes/${id}`, {
    dispute_id: id,
    dispute_amount: { value: "10.00", currency_code: "USD" },
    disputed_transactions: [{ seller_transaction_id: captureId }],
    ...state,
  });
  return about("CUSTOMER.DISPUTE.UPDATED", { dispute_id: id });
}

describe("buying", () => {
  test("leads from an order that the buyer approves to its capture and the credits", async () => {
    const { ada, workspaceId, checkoutId, balance } = await beginToBuy();

    const approved = about("CHECKOUT.ORDER.APPROVED", { id: checkoutId });
    expect(await transmit(paypal, approved)).toEqual({ status: 200, outcome: "applied", code: null });
    expect(await transmit(paypal, completed(`CAP-${checkoutId}`))).toMatchObject({ outcome: "applied" });

    expect(await balance()).toMatchObject({ balance: 1_000 });
    expect((await ada.billing.payments.query({ workspaceId })).items).toMatchObject([
      { provider: "paypal", state: "paid", granted: 1_000 },
    ]);
  });

  test("grants nothing for a capture that is pending or declined", async () => {
    const { captureId, balance } = await beginToBuy();
    const path = `/v2/payments/captures/${captureId}`;
    const capture = paypal.things.get(path) as object;
    for (const status of ["PENDING", "DECLINED"]) {
      paypal.things.set(path, { ...capture, status });
      expect((await transmit(paypal, completed(captureId))).status).toBe(200);
    }
    expect(await balance()).toMatchObject({ balance: 0 });
  });

  test("grants for the pack's own money only", async () => {
    const { captureId, balance } = await beginToBuy();
    const path = `/v2/payments/captures/${captureId}`;
    const capture = paypal.things.get(path) as object;
    for (const [value, currency_code] of [
      ["9.99", "USD"],
      ["1000.00", "USD"],
      ["10.00", "EUR"],
      ["-10.00", "USD"],
    ]) {
      paypal.things.set(path, { ...capture, amount: { value, currency_code } });
      expect(await transmit(paypal, completed(captureId))).toMatchObject({ status: 200, outcome: "review" });
    }
    expect(await balance()).toMatchObject({ balance: 0 });
  });
});

describe("a payment's life", () => {
  test("ends the same whatever the order and number of messages", async () => {
    for (const order of [(list: string[]) => list, (list: string[]) => [...list, ...list].toReversed()]) {
      const { captureId, balance } = await beginToBuy();
      const events = [
        completed(captureId),
        putRefund(captureId, "2.50"),
        putRefund(captureId, "0.80"),
        putRefund(captureId, "1.00", "FAILED"),
      ];
      for (const event of order(events)) expect((await transmit(paypal, event)).status).toBe(200);
      expect(await balance()).toMatchObject({ balance: 670, owed: 0 });
    }
  });

  test("has its credits back after a dispute that is won, and not after one that is lost", async () => {
    const { captureId, balance } = await beginToBuy();
    await transmit(paypal, completed(captureId));

    await transmit(
      paypal,
      putDispute(captureId, "PP-1", { status: "OPEN", dispute_life_cycle_stage: "INQUIRY" }),
    );
    expect(await balance()).toMatchObject({ balance: 1_000 });
    await transmit(
      paypal,
      putDispute(captureId, "PP-1", { status: "UNDER_REVIEW", dispute_life_cycle_stage: "CHARGEBACK" }),
    );
    expect(await balance()).toMatchObject({ balance: 0 });
    await transmit(paypal, putDispute(captureId, "PP-1", outcome("RESOLVED_SELLER_FAVOUR")));
    expect(await balance()).toMatchObject({ balance: 1_000 });

    await transmit(paypal, putDispute(captureId, "PP-2", outcome("RESOLVED_BUYER_FAVOUR")));
    await transmit(paypal, putRefund(captureId, "10.00"));
    expect(await balance()).toMatchObject({ balance: 0, owed: 0 });
  });
});

describe("a message is not believed", () => {
  test("where its body has been exchanged under a good signature: only PayPal's API decides", async () => {
    const { captureId, balance, workspaceId } = await beginToBuy();
    paypal.things.delete(`/v2/payments/captures/${captureId}`);
    const genuine = about("PAYMENT.CAPTURE.COMPLETED", { id: "CAP-of-somebody" });
    const custom_id = JSON.stringify({ workspaceId, packId: "business" });
    const amount = { value: "200.00", currency_code: "USD" };
    const forged = collide(genuine, {
      event_type: "PAYMENT.CAPTURE.COMPLETED",
      resource: { id: "CAP-forged", status: "COMPLETED", amount, custom_id },
    });
    expect(crc32(forged)).toBe(crc32(genuine));

    expect(await transmit(paypal, genuine, { sent: forged })).toMatchObject({
      status: 200,
      outcome: "review",
    });

    expect(await balance()).toMatchObject({ balance: 0 });
  });

  test("twice: a transmission is applied once", async () => {
    const { captureId, balance } = await beginToBuy();
    const how = { id: randomUUID() };
    expect(await transmit(paypal, completed(captureId), how)).toMatchObject({ outcome: "applied" });
    const asked = paypal.heard.length;

    expect(await transmit(paypal, completed(captureId), how)).toMatchObject({
      status: 200,
      outcome: "repeat",
    });

    expect(paypal.heard).toHaveLength(asked);
    expect(await balance()).toMatchObject({ balance: 1_000 });
  });

  test.each<[string, Transmission]>([
    ["for another webhook", { webhookId: "1AB234567C890123D" }],
    ["for the webhook id of PayPal's documents", { webhookId: "WEBHOOK_ID" }],
    ["with another body", { sent: "{}" }],
    ["without a signature", { headers: { "paypal-transmission-sig": "" } }],
    ["with a garbled signature", { headers: { "paypal-transmission-sig": "AAAA" } }],
    ["with another algorithm", { headers: { "paypal-auth-algo": "none" } }],
    ["with a bar in its id", { headers: { "paypal-transmission-id": "a|b" } }],
    ["without a time", { headers: { "paypal-transmission-time": "" } }],
  ])("%s", async (_, how) => {
    const { captureId, balance } = await beginToBuy();
    expect(await transmit(paypal, completed(captureId), how)).toMatchObject({
      status: 400,
      code: "INVALID_SIGNATURE",
    });
    expect(await balance()).toMatchObject({ balance: 0 });
  });

  test("with a certificate that is not PayPal's", async () => {
    const { captureId, balance } = await beginToBuy();
    const name = "messageverificationcerts.paypal.com";
    const attacker = await issue("Stand-in root", { ca: true });
    const made = {
      "CERT-self": await issue(name),
      "CERT-same-name-root": await issue(name, { by: attacker }),
      "CERT-other-name": await issue("www.example.com", { by: paypal.root }),
      "CERT-leaf-as-authority": await issue(name, { by: paypal.signer }),
    };
    const chains = {
      "CERT-same-name-root": attacker.certificate,
      "CERT-leaf-as-authority": paypal.signer.certificate,
    };
    for (const [id, { certificate, key }] of Object.entries(made)) {
      paypal.certificates.set(id, `${certificate}\n${chains[id as keyof typeof chains] ?? ""}`);
      const answer = await transmit(paypal, completed(captureId), { certificate: id, key });
      expect([id, answer.code]).toEqual([id, "INVALID_SIGNATURE"]);
    }
    expect(await balance()).toMatchObject({ balance: 0 });
  });

  test("whose certificate lies anywhere else: nobody is called there", async () => {
    const { captureId, balance } = await beginToBuy();
    const asked = paypal.heard.length;
    const certs = "/v1/notifications/certs/";
    for (const certUrl of [
      "",
      "not a url",
      `https://api.paypal.com${certs}CERT-1`,
      `https://api.paypal.com.evil.com${certs}CERT-1`,
      `${paypal.url}${certs}`,
      `${paypal.url}${certs}CERT-good?x=1`,
      `${paypal.url}${certs}CERT-good#x`,
      `${paypal.url}${certs}../certs/CERT-good`,
      `${paypal.url}${certs}%43ERT-good`,
      `${paypal.url}/v1/notifications/CERT-good`,
      `${paypal.url.replace("http://", "http://user@")}${certs}CERT-good`,
      `${paypal.url.replace("127.0.0.1", "localhost")}${certs}CERT-good`,
      `${paypal.url.replace("http:", "https:")}${certs}CERT-good`,
      `file:///etc/passwd`,
      `http://169.254.169.254${certs}CERT-good`,
    ]) {
      const answer = await transmit(paypal, completed(captureId), { certUrl });
      expect([certUrl, answer.code]).toEqual([certUrl, "INVALID_SIGNATURE"]);
    }
    expect(paypal.heard).toHaveLength(asked);
    expect(await balance()).toMatchObject({ balance: 0 });
  });
});

test("while PayPal cannot be asked nothing is granted, and the next copy is", async () => {
  const { captureId, balance, server } = await beginToBuy();
  const how = { id: randomUUID() };
  paypal.fail(503);
  expect(await transmit(paypal, completed(captureId), how)).toMatchObject({
    status: 503,
    code: "UNAVAILABLE",
  });
  expect(await transmit(paypal, completed(captureId), { certificate: "CERT-cold" })).toMatchObject({
    status: 503,
  });
  paypal.fail(null);
  server.log.takeErrors();
  expect(await balance()).toMatchObject({ balance: 0 });

  expect(await transmit(paypal, completed(captureId), how)).toMatchObject({ outcome: "applied" });
  expect(await balance()).toMatchObject({ balance: 1_000 });
});

test("the known links between PayPal's certificates and the roots are what they say", () => {
  const links = readCertificates(PAYPAL_INTERMEDIATES);
  const roots = systemRoots(null);
  expect(links).toHaveLength(2);
  for (const link of links) {
    expect(leadsToRoot(link, { roots, links: [], at: new Date("2026-01-01") })).toBe(true);
    expect(leadsToRoot(link, { roots, links: [], at: new Date("2036-01-01") })).toBe(false);
    expect(leadsToRoot(link, { roots: [], links, at: new Date("2026-01-01") })).toBe(false);
  }
});

test("a certificate leads to a root over a link that was served with it", async () => {
  const link = await issue("A link", { ca: true, by: paypal.root });
  const leaf = new X509Certificate((await issue("A leaf", { by: link })).certificate);
  const roots = readCertificates(paypal.root.certificate);
  const links = readCertificates(link.certificate);
  expect(leadsToRoot(leaf, { roots, links, at: new Date() })).toBe(true);
  expect(leadsToRoot(leaf, { roots, links: [], at: new Date() })).toBe(false);
});

test.each([
  [1_000, "usd", "10.00"],
  [1, "usd", "0.01"],
  [1_000, "jpy", "1000"],
  [12_345, "kwd", "12.345"],
])("%i of the smallest unit of %s are %s at PayPal", (amount, currency, value) => {
  const money = toPaypalMoney({ amount, currency });
  expect(money).toEqual({ value, currency_code: currency.toUpperCase() });
  expect(fromPaypalMoney(money)).toBe(amount);
});

test.each(["", "1e3", "-1.00", "1.001", "0x10", " 1", "1,00", "NaN"])("%j is no amount", (value) => {
  expect(fromPaypalMoney({ value, currency_code: "USD" })).toBeNull();
});

/** Another body with the same CRC32: four bytes in a member at its end make up the difference. */
function collide(genuine: string, forged: Record<string, unknown>): Buffer {
  const text = JSON.stringify({ ...forged, x: "PAD" });
  const [head, tail] = [
    Buffer.from(text.slice(0, text.indexOf("PAD"))),
    Buffer.from(text.slice(text.indexOf("PAD") + 3)),
  ];
  const wanted = crc32(genuine);
  // CRC32 is linear: the bits of six-bit characters are solved for by elimination over GF(2).
  const places = 12;
  const base = Buffer.alloc(places, "@");
  const sumOf = (pad: Buffer): number => crc32(Buffer.concat([head, pad, tail]));
  const zero = sumOf(base);
  const rows = Array.from({ length: places * 4 }, (_, bit) => {
    const pad = Buffer.from(base);
    pad[bit >> 2]! ^= 1 << (bit & 3);
    return { sum: (sumOf(pad) ^ zero) >>> 0, bits: 1n << BigInt(bit) };
  });
  let rest = (wanted ^ zero) >>> 0;
  let chosen = 0n;
  for (let bit = 31; bit >= 0; bit--) {
    const index = rows.findIndex(({ sum }) => 31 - Math.clz32(sum) === bit && sum !== 0);
    if (index === -1) continue;
    const [pivot] = rows.splice(index, 1);
    for (const row of rows)
      if ((row.sum >>> bit) & 1) {
        row.sum = (row.sum ^ pivot!.sum) >>> 0;
        row.bits ^= pivot!.bits;
      }
    if ((rest >>> bit) & 1) {
      rest = (rest ^ pivot!.sum) >>> 0;
      chosen ^= pivot!.bits;
    }
  }
  const pad = Buffer.from(base);
  for (let bit = 0; bit < places * 4; bit++)
    if ((chosen >> BigInt(bit)) & 1n) pad[bit >> 2]! ^= 1 << (bit & 3);
  return Buffer.concat([head, pad, tail]);
}
