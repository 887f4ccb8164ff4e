import { X509Certificate } from "node:crypto";
import tls from "node:tls";
import { z } from "zod";

/** The certificates in a PEM text, in its order; text between them is skipped, and one that cannot be read too. */
export function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

/** The roots that this system trusts, and those in `extra` (PEM). */
export function systemRoots(extra: string | null): X509Certificate[] {
  // Where Node knows the system's own store and its own extra file (22.15 and later), it knows both better.
  const asked: unknown =
    "getCACertificates" in tls && typeof tls.getCACertificates === "function"
      ? tls.getCACertificates("default")
      : null;
  const known = z.array(z.string()).safeParse(asked).data ?? tls.rootCertificates;
  return [...known, extra ?? ""].flatMap(readCertificates);
}

export interface ChainTools {
  /** Trusted: a chain must end at one of them. */
  roots: readonly X509Certificate[];
  /** Not trusted: links that a chain may go over. */
  links: readonly X509Certificate[];
  at: Date;
}

const LONGEST_CHAIN = 5;

/**
 * Whether a chain of signatures leads from a certificate to a root, each link valid at this time and allowed to sign.
 * A name is no link: an attacker can give his own authority any name, so every signature is checked with the key of
 * the certificate above.
 */
export function leadsToRoot(
  certificate: X509Certificate,
  { roots, links, at }: ChainTools,
  depth = 0,
): boolean {
  if (depth > LONGEST_CHAIN || !isValid(certificate, at)) return false;
  if (roots.some((root) => isSignedBy(certificate, root) && isValid(root, at))) return true;
  const above = links.filter((link) => link.fingerprint256 !== certificate.fingerprint256);
  return above.some(
    (link) => isSignedBy(certificate, link) && leadsToRoot(link, { roots, links, at }, depth + 1),
  );
}

function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  // `ca` is what a leaf lacks: else whoever holds any certificate could make others.
  return authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function isValid({ validFrom, validTo }: X509Certificate, at: Date): boolean {
  return Date.parse(validFrom) <= at.getTime() && at.getTime() < Date.parse(validTo);
}
