import { randomUUID, sign } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { issue } from "../certificates.ts";
import type { Issued } from "../certificates.ts";
import { testServer } from "../server.ts";
import { openStandIn } from "./http.ts";
import type { Heard, Said, StandIn } from "./http.ts";

export const WEBHOOK_ID = "8PT597110X687430LKGECATA";
const SIGNER = "messageverificationcerts.paypal.com";

export interface PaypalStandIn extends StandIn {
  env: Record<string, string>;
  /** What its API knows, by path; a test puts things there. */
  things: Map<string, unknown>;
  /** Certificates that it serves, by name. */
  certificates: Map<string, string>;
  root: Issued;
  signer: Issued;
  /** With this set, every call is answered with it. */
  fail: (status: number | null) => void;
}

/** PayPal's API as far as we call it, with an authority of its own that has signed its message certificate. */
export async function openPaypalStandIn(): Promise<PaypalStandIn> {
  const root = await issue("Stand-in root", { ca: true });
  const signer = await issue(SIGNER, { by: root });
  const certificates = new Map([["CERT-good", signer.certificate]]);
  const things = new Map<string, unknown>();
  let failure: number | null = null;
  const standIn = await openStandIn((request) =>
    failure === null ? answer(request, { things, certificates }) : { status: failure, body: {} },
  );
  const rootFile = join(await mkdtemp(join(tmpdir(), "roots-")), "root.pem");
  await writeFile(rootFile, root.certificate);
  return {
    ...standIn,
    things,
    certificates,
    root,
    signer,
    fail: (status) => {
      failure = status;
    },
    env: {
      PAYPAL_CLIENT_ID: "stand-in",
      PAYPAL_CLIENT_SECRET: "stand-in-secret",
      PAYPAL_WEBHOOK_ID: WEBHOOK_ID,
      PAYPAL_API_URL: standIn.url,
      NODE_EXTRA_CA_CERTS: rootFile,
    },
  };
}

function answer(
  { method, path, body }: Heard,
  { things, certificates }: { things: Map<string, unknown>; certificates: Map<string, string> },
): Said {
  const certificate = certificates.get(path.replace("/v1/notifications/certs/", ""));
  if (certificate !== undefined) return { body: certificate };
  if (path === "/v1/oauth2/token") return { body: { access_token: "A21", expires_in: 32_400 } };
  if (method === "POST" && path === "/v2/checkout/orders") return { body: makeOrder(body, things) };
  const known = things.get(path) ?? (path.endsWith("/capture") ? things.get(path.slice(0, -8)) : undefined);
  return known === undefined ? { status: 404, body: { name: "RESOURCE_NOT_FOUND" } } : { body: known };
}

/** An order whose capture, once it is made, is there under `…/captures/CAP-<order>`. */
function makeOrder(body: string, things: Map<string, unknown>): unknown {
  const { purchase_units: units } = JSON.parse(body) as {
    purchase_units: [{ custom_id: string; amount: unknown }];
  };
  const id = randomUUID().slice(0, 17).toUpperCase();
  const captureId = `CAP-${id}`;
  const [{ custom_id, amount }] = units;
  const related_ids = { order_id: id };
  things.set(`/v2/payments/captures/${captureId}`, {
    id: captureId,
    status: "COMPLETED",
    amount,
    custom_id,
    supplementary_data: { related_ids },
  });
  const order = {
    id,
    links: [{ rel: "payer-action", href: `https://www.paypal.com/checkoutnow?token=${id}` }],
    purchase_units: [{ payments: { captures: [{ id: captureId }] } }],
  };
  things.set(`/v2/checkout/orders/${id}`, order);
  return order;
}

export interface Transmission {
  id?: string;
  webhookId?: string;
  certificate?: string;
  certUrl?: string;
  key?: string;
  /** Sent instead of the body that was signed. */
  sent?: string | Buffer;
  headers?: Record<string, string>;
}

/** Signs a message as PayPal does and delivers it to `/webhooks/paypal`. */
export async function transmit(
  paypal: PaypalStandIn,
  body: string,
  how: Transmission = {},
): Promise<{ status: number; outcome: string | null; code: string | null }> {
  const {
    id = randomUUID(),
    webhookId = WEBHOOK_ID,
    certificate = "CERT-good",
    key = paypal.signer.key,
  } = how;
  const time = new Date().toISOString();
  const message = `${id}|${time}|${webhookId}|${crc32(body)}`;
  const { url } = await testServer();
  const answered = await fetch(`${url}/webhooks/paypal`, {
    method: "POST",
    body: how.sent ?? body,
    headers: {
      "paypal-transmission-id": id,
      "paypal-transmission-time": time,
      "paypal-transmission-sig": sign("sha256", Buffer.from(message), key).toString("base64"),
      "paypal-cert-url": how.certUrl ?? `${paypal.url}/v1/notifications/certs/${certificate}`,
      "paypal-auth-algo": "SHA256withRSA",
      ...how.headers,
    },
  });
  const json = (await answered.json()) as { outcome?: string; code?: string };
  return { status: answered.status, outcome: json.outcome ?? null, code: json.code ?? null };
}
