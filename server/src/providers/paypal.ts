import { z } from "zod";
import { AppError } from "../base/app-error.ts";
import type { PaypalSettings } from "../base/config-payments.ts";
import { openPaypalCertificates } from "./paypal-certificates.ts";
import type { FindKey } from "./paypal-certificates.ts";
import { toPaypalMoney } from "./paypal-money.ts";
import type { Till } from "./shop.ts";

const Money = z.object({ value: z.string(), currency_code: z.string().regex(/^[A-Z]{3}$/) });
const Link = z.object({ rel: z.string(), href: z.string() });

const Capture = z.object({
  id: z.string(),
  status: z.string(),
  amount: Money,
  custom_id: z.string().optional(),
  supplementary_data: z.object({ related_ids: z.object({ order_id: z.string().optional() }) }).optional(),
});
export type PaypalCapture = z.infer<typeof Capture>;

const Refund = z.object({
  id: z.string(),
  status: z.string(),
  amount: Money,
  links: z.array(Link).default([]),
});
export type PaypalRefund = z.infer<typeof Refund>;

const Dispute = z.object({
  dispute_id: z.string(),
  status: z.string(),
  dispute_life_cycle_stage: z.string().optional(),
  dispute_amount: Money,
  dispute_outcome: z.object({ outcome_code: z.string() }).optional(),
  disputed_transactions: z.array(z.object({ seller_transaction_id: z.string() })).default([]),
});
export type PaypalDispute = z.infer<typeof Dispute>;

const Order = z.object({
  id: z.string(),
  links: z.array(Link).default([]),
  purchase_units: z
    .array(z.object({ payments: z.object({ captures: z.array(z.object({ id: z.string() })) }).optional() }))
    .default([]),
});

/** What PayPal itself says. Only this is believed: the body of a webhook is not. Null: there is no such thing. */
export interface PaypalApi extends Till {
  webhookId: string;
  findKey: FindKey;
  getCapture: (id: string) => Promise<PaypalCapture | null>;
  getRefund: (id: string) => Promise<PaypalRefund | null>;
  getDispute: (id: string) => Promise<PaypalDispute | null>;
  /** Takes the money of an order that the buyer has approved; the ids of the captures. Again is the same. */
  captureOrder: (id: string) => Promise<string[] | null>;
}

const TIMEOUT_MS = 10_000;

export function openPaypal(settings: PaypalSettings, now: () => Date): PaypalApi {
  const ask = openCalls(settings, now);
  const get = async <Shape extends z.ZodType>(path: string, shape: Shape): Promise<z.infer<Shape> | null> => {
    const json = await ask("GET", path);
    return json === null ? null : read(shape, json);
  };
  return {
    webhookId: settings.webhookId,
    findKey: openPaypalCertificates(settings, now),
    openCheckout: async ({ paymentId, pack, returnTo }) => {
      const json = await ask("POST", "/v2/checkout/orders", {
        requestId: `checkout-${paymentId}`,
        body: {
          intent: "CAPTURE",
          purchase_units: [
            {
              reference_id: pack.id,
              custom_id: paymentId,
              description: pack.name,
              amount: toPaypalMoney(pack.price),
            },
          ],
          payment_source: {
            paypal: {
              experience_context: { return_url: returnTo, cancel_url: returnTo, user_action: "PAY_NOW" },
            },
          },
        },
      });
      const { id, links } = read(Order, json);
      const page = links.find(({ rel }) => rel === "payer-action" || rel === "approve");
      if (page === undefined) throw new AppError("PROVIDER_ERROR");
      return { id, url: page.href };
    },
    getCapture: (id) => get(`/v2/payments/captures/${encodeURIComponent(id)}`, Capture),
    getRefund: (id) => get(`/v2/payments/refunds/${encodeURIComponent(id)}`, Refund),
    getDispute: (id) => get(`/v1/customer/disputes/${encodeURIComponent(id)}`, Dispute),
    captureOrder: async (id) => {
      const path = `/v2/checkout/orders/${encodeURIComponent(id)}`;
      const json = await ask("POST", `${path}/capture`, { requestId: `capture-${id}`, body: {} });
      // Refused as captured already, or not to be captured: the order itself says which.
      const order = json ?? (await ask("GET", path));
      if (order === null) return null;
      return read(Order, order).purchase_units.flatMap((unit) =>
        (unit.payments?.captures ?? []).map((each) => each.id),
      );
    },
  };
}

function read<Shape extends z.ZodType>(shape: Shape, json: unknown): z.infer<Shape> {
  const { data, error } = shape.safeParse(json);
  if (data === undefined) throw new AppError("PROVIDER_ERROR", { cause: error });
  return data;
}

interface Sent {
  /** The same on every repetition: PayPal then answers what it answered. */
  requestId: string;
  body: unknown;
}

type Ask = (method: "GET" | "POST", path: string, sent?: Sent) => Promise<unknown>;

/** Calls with a token that is fetched when it is needed, once at a time, and kept until shortly before its end. */
function openCalls({ apiUrl, clientId, clientSecret }: PaypalSettings, now: () => Date): Ask {
  let token: Promise<{ text: string; endsAt: number }> | null = null;
  const fetchToken = async () => {
    const basic = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString("base64");
    const answer = await call(`${apiUrl}/v1/oauth2/token`, {
      method: "POST",
      headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
      body: "grant_type=client_credentials",
    });
    const { access_token, expires_in } = read(
      z.object({ access_token: z.string(), expires_in: z.number() }),
      await answerOf(answer),
    );
    return { text: access_token, endsAt: now().getTime() + (expires_in - 60) * 1_000 };
  };
  const currentToken = async (): Promise<string> => {
    const known = await token?.catch(() => null);
    if (known === null || known === undefined || known.endsAt <= now().getTime()) token = fetchToken();
    return (await (token ?? fetchToken())).text;
  };
  return async (method, path, sent) => {
    const headers = { authorization: `Bearer ${await currentToken()}`, "content-type": "application/json" };
    const answer = await call(`${apiUrl}${path}`, {
      method,
      headers: sent === undefined ? headers : { ...headers, "paypal-request-id": sent.requestId },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent.body) }),
    });
    if (answer.status === 401) token = null;
    return answerOf(answer);
  };
}

async function call(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new AppError("UNAVAILABLE", { retryAfterSeconds: 5, cause: error });
  }
}

/** Null where there is no such thing (404), or it cannot be done to it (422). */
async function answerOf(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.json();
  await answer.body?.cancel();
  if (answer.status === 404 || answer.status === 422) return null;
  const isPassing = answer.status === 429 || answer.status >= 500;
  throw new AppError(isPassing ? "UNAVAILABLE" : "PROVIDER_ERROR", {
    cause: new Error(`PayPal answered ${answer.status}`),
  });
}
