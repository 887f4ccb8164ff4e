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

/**
 * Finds the key that a message says it is signed with, and makes sure that it is PayPal's.
 *
 * The address stands in a header that anybody can write: no other host than PayPal's own is ever called.
 *
 * @returns null for an address that is not PayPal's, or a certificate that does not lead to a root or is somebody else's
 * @throws AppError UNAVAILABLE where it cannot be fetched now, so that PayPal sends the message again
 */
export type FindKey = (url: string) => Promise<KeyObject | null>;

export function openPaypalCertificates(settings: PaypalSettings, now: () => Date): FindKey {
  const roots = systemRoots(settings.extraRoots);
  const known = readCertificates(PAYPAL_INTERMEDIATES);
  const kept = new Map<string, X509Certificate>();
  const { hosts, names } = trustedPlaces(settings);

  return async (url) => {
    if (!isPaypals(url, hosts)) return null;
    const earlier = kept.get(url);
    // Good until its own end, even while the host is down.
    if (earlier !== undefined && now().getTime() < Date.parse(earlier.validTo)) return earlier.publicKey;
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

async function fetchText(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
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
