import type { KeyObject, X509Certificate } from "node:crypto";
import { AppError } from "../base/app-error.ts";
import type { PaypalSettings } from "../base/config-payments.ts";
import { leadsToRoot, readCertificates, systemRoots } from "./certificate-chain.ts";
import { PAYPAL_INTERMEDIATES } from "./paypal-intermediates.ts";

const LIVE = {
  hosts: ["https://api.paypal.com", "https://api-m.paypal.com"],
  name: "messageverificationcerts.paypal.com",
};
const SANDBOX = {
  hosts: ["https://api.sandbox.paypal.com", "https://api-m.sandbox.paypal.com"],
  name: "messageverificationcerts.sandbox.paypal.com",
};
const PATH = /^\/v1\/notifications\/certs\/[A-Za-z0-9-]{1,100}$/;
const MOST_BYTES = 65_536;
const TIMEOUT_MS = 5_000;
const MOST_KEPT = 20;
const MINUTE_MS = 60_000;
/** PayPal uses a few certificates for a year each. More names than these are made up. */
const MOST_FETCHES_A_MINUTE = 10;

/**
 * Finds the key that a message says it is signed with, and makes sure that it is PayPal's.
 *
 * The address stands in a header that anybody can write: no other host than PayPal's own is ever called, messages that name
 * the same address share one call, and few addresses that are not known yet are called in a minute.
 *
 * @returns null for an address that is not PayPal's, or a certificate that does not lead to a root or is somebody else's
 * @throws AppError UNAVAILABLE where it cannot be fetched now, RATE_LIMITED where too many were; PayPal sends the message again
 */
export type FindKey = (url: string) => Promise<KeyObject | null>;

export function openPaypalCertificates(settings: PaypalSettings, now: () => Date): FindKey {
  const roots = systemRoots(settings.extraRoots);
  const known = readCertificates(PAYPAL_INTERMEDIATES);
  const kept = new Map<string, X509Certificate>();
  const underWay = new Map<string, Promise<KeyObject | null>>();
  let fetchedAt: number[] = [];
  const { hosts, names } = trustedPlaces(settings);

  const requireBudget = (): void => {
    const at = now().getTime();
    fetchedAt = fetchedAt.filter((each) => at - each < MINUTE_MS);
    if (fetchedAt.length >= MOST_FETCHES_A_MINUTE)
      throw new AppError("RATE_LIMITED", { retryAfterSeconds: MINUTE_MS / 1_000 });
    fetchedAt.push(at);
  };
  const fetchKey: FindKey = async (url) => {
    requireBudget();
    const [leaf, ...served] = readCertificates(await fetchText(url));
    const isTrusted =
      leaf !== undefined &&
      names.some((name) => leaf.checkHost(name, { subject: "always" }) !== undefined) &&
      leaf.publicKey.asymmetricKeyType === "rsa" &&
      leadsToRoot(leaf, { roots, links: [...served, ...known], at: now() });
    if (!isTrusted) return null;
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(url, leaf);
    return leaf.publicKey;
  };

  return async (url) => {
    if (!isPaypals(url, hosts)) return null;
    const earlier = kept.get(url);
    // Good until its own end, even while the host is down.
    if (earlier !== undefined && now().getTime() < Date.parse(earlier.validTo)) return earlier.publicKey;
    const asked = underWay.get(url) ?? fetchKey(url).finally(() => underWay.delete(url));
    underWay.set(url, asked);
    return asked;
  };
}

function trustedPlaces({ apiUrl, isLive }: PaypalSettings): { hosts: string[]; names: string[] } {
  if (isLive) return { hosts: LIVE.hosts, names: [LIVE.name] };
  if (SANDBOX.hosts.includes(apiUrl)) return { hosts: SANDBOX.hosts, names: [SANDBOX.name] };
  // Another address is a stand-in that the operator has named himself.
  return { hosts: [apiUrl], names: [LIVE.name, SANDBOX.name] };
}

function isPaypals(text: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, pathname, href } = new URL(text);
  // The exact text: no user, query, fragment or spelling that another reader may take for something else.
  return href === text && text === `${origin}${pathname}` && hosts.includes(origin) && PATH.test(pathname);
}

/** Empty where there is no such certificate. */
async function fetchText(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.status === 404) {
      await answer.body?.cancel();
      return "";
    }
    if (!answer.ok || answer.body === null) throw new Error(`the answer was ${answer.status}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of answer.body) {
      size += part.byteLength;
      if (size > MOST_BYTES) throw new Error("the answer is too large");
      parts.push(part);
    }
    return Buffer.concat(parts).toString("latin1");
  } catch (error) {
    throw new AppError("UNAVAILABLE", { retryAfterSeconds: 60, cause: error });
  }
}
