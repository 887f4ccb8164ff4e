import { DEFAULT_PACKS, PriceList } from "@gatehouse/shared";
import type { CreditPack } from "@gatehouse/shared";
import { readFileSync } from "node:fs";
import { Secret } from "./secret.ts";
import { isLoopback } from "./settings.ts";
import type { Settings } from "./settings.ts";

export interface StripeSettings {
  secretKey: Secret;
  /** One or more, so that a rotation loses nothing. */
  webhookSecrets: readonly Secret[];
  apiUrl: string;
  /** Whether real money moves; events of the other mode are never granted. */
  isLive: boolean;
}

export interface PaypalSettings {
  clientId: string;
  clientSecret: Secret;
  webhookId: string;
  apiUrl: string;
  isLive: boolean;
  /** Certificates of authorities that are trusted beside the system's own, as NODE_EXTRA_CA_CERTS names them. */
  extraRoots: string | null;
}

/** Who sells credits, and which. A provider that is null is not there: its routes answer 404. */
export interface PaymentsConfig {
  packs: readonly CreditPack[];
  stripe: StripeSettings | null;
  paypal: PaypalSettings | null;
}

/** @param clerkSecretKey of the real instance, null for the local provider: real money wants real users, and test money test users */
export function readPayments(settings: Settings, clerkSecretKey: string | null): PaymentsConfig {
  const stripe = readStripe(settings);
  const paypal = readPaypal(settings);
  refuseMixedModes(settings, { stripe, paypal, clerkSecretKey });
  return { packs: readPacks(settings), stripe, paypal };
}

function readStripe(settings: Settings): StripeSettings | null {
  const secretKey = settings.text("STRIPE_SECRET_KEY");
  const webhookSecrets = settings.secrets("STRIPE_WEBHOOK_SECRET", 16);
  if (secretKey === null) {
    if (webhookSecrets.length > 0)
      settings.refuse("STRIPE_SECRET_KEY", "is missing beside its webhook's secret");
    return null;
  }
  const mode = /^[sr]k_(test|live)_./.exec(secretKey)?.[1];
  if (mode === undefined)
    settings.refuse("STRIPE_SECRET_KEY", "does not begin with sk_test_, sk_live_, rk_test_ or rk_live_");
  if (webhookSecrets.length === 0)
    settings.refuse("STRIPE_WEBHOOK_SECRET", "is missing: nothing that is paid would ever be granted");
  if (!webhookSecrets.every((each) => each.reveal().startsWith("whsec_")))
    settings.refuse("STRIPE_WEBHOOK_SECRET", "has an entry that does not begin with whsec_");
  const apiUrl = readApiUrl(settings, "STRIPE_API_URL") ?? "https://api.stripe.com";
  return { secretKey: new Secret(secretKey), webhookSecrets, apiUrl, isLive: mode === "live" };
}

const PAYPAL_LIVE = "https://api-m.paypal.com";

function readPaypal(settings: Settings): PaypalSettings | null {
  const names = ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID"] as const;
  const clientId = settings.text("PAYPAL_CLIENT_ID");
  const clientSecret = settings.text("PAYPAL_CLIENT_SECRET");
  const webhookId = settings.text("PAYPAL_WEBHOOK_ID");
  if (webhookId === "WEBHOOK_ID")
    // PayPal's public simulator signs for this id with the live key: anybody can have such events made.
    settings.refuse(
      "PAYPAL_WEBHOOK_ID",
      "is the example of PayPal's documents, for which anybody can get signatures",
    );
  if (clientId === null || clientSecret === null || webhookId === null) {
    const missing = names.filter((name) => settings.text(name) === null);
    if (missing.length < names.length)
      for (const name of missing) settings.refuse(name, "is missing beside the other settings of PayPal");
    return null;
  }
  const apiUrl = readApiUrl(settings, "PAYPAL_API_URL") ?? PAYPAL_LIVE;
  const isLive = /^https:\/\/api(-m)?\.paypal\.com$/.test(apiUrl);
  const extraRoots = readExtraRoots(settings);
  return { clientId, clientSecret: new Secret(clientSecret), webhookId, apiUrl, isLive, extraRoots };
}

/** Money is not talked about in the clear, except with a stand-in on this machine. */
function readApiUrl(settings: Settings, name: string): string | null {
  const url = settings.address(name);
  if (url === null) return null;
  const { protocol, hostname, origin } = new URL(url);
  if (protocol !== "https:" && !isLoopback(hostname)) settings.refuse(name, "is not an https address");
  if (origin !== url) settings.refuse(name, "has more than a scheme, a host and a port");
  return url;
}

function readExtraRoots(settings: Settings): string | null {
  const file = settings.text("NODE_EXTRA_CA_CERTS");
  return file === null ? null : readText(settings, "NODE_EXTRA_CA_CERTS", file);
}

function readPacks(settings: Settings): readonly CreditPack[] {
  const file = settings.text("PLANS_FILE");
  const text = file === null ? null : readText(settings, "PLANS_FILE", file);
  if (text === null) return DEFAULT_PACKS;
  const { data, error } = PriceList.safeParse(parseJson(text));
  if (data !== undefined) return data;
  const [issue] = error.issues;
  settings.refuse("PLANS_FILE", `is no price list (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`);
  return DEFAULT_PACKS;
}

function readText(settings: Settings, name: string, file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    settings.refuse(name, "names a file that cannot be read");
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface Modes {
  stripe: StripeSettings | null;
  paypal: PaypalSettings | null;
  clerkSecretKey: string | null;
}

/** Test money beside real users is free credits for everybody who knows a test card; the other way is as wrong. */
function refuseMixedModes(settings: Settings, { stripe, paypal, clerkSecretKey }: Modes): void {
  const isClerkLive = clerkSecretKey?.startsWith("sk_live_") ?? null;
  const isRealPaypal = paypal !== null && paypal.apiUrl.endsWith(".paypal.com");
  if (stripe !== null && isClerkLive !== null && stripe.isLive !== isClerkLive)
    settings.refuse("STRIPE_SECRET_KEY", "and CLERK_SECRET_KEY are not both live or both test keys");
  if (isRealPaypal && isClerkLive !== null && paypal.isLive !== isClerkLive)
    settings.refuse("PAYPAL_API_URL", "and CLERK_SECRET_KEY are not both live or both for tests");
  if (isRealPaypal && stripe !== null && stripe.isLive !== paypal.isLive)
    settings.refuse("PAYPAL_API_URL", "and STRIPE_SECRET_KEY are not both live or both for tests");
}
