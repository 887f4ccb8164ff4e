import { verify } from "node:crypto";
import { crc32 } from "node:zlib";
import { AppError } from "../../base/app-error.ts";
import type { PaypalApi } from "../../providers/paypal.ts";
import type { RawDelivery } from "../entrance.ts";

/** What the headers say of a signature, before anything is known to be true of it. */
interface Transmission {
  id: string;
  time: string;
  signature: string;
  certificateUrl: string;
}

/** @throws AppError INVALID_SIGNATURE where they cannot be those of a message of PayPal's */
export function readTransmission(headers: Headers): Transmission {
  const [id, time, signature, certificateUrl, algorithm] = NAMES.map(
    (name) => headers.get(`paypal-${name}`) ?? "",
  );
  // The values are joined by bars: a bar inside of one could move a border.
  if (isWord(id) && isTime(time) && isBase64(signature) && certificateUrl && algorithm === "SHA256withRSA")
    return { id, time, signature, certificateUrl };
  throw new AppError("INVALID_SIGNATURE");
}

/**
 * Checks that PayPal has signed a message to our webhook, and says its transmission id.
 *
 * The signature is over `id|time|webhook id|CRC32 of the body`. A CRC32 is no protection of the body: anybody who has seen
 * one message can make another body with the same sum. So nothing in the body may be believed afterwards, only asked about.
 *
 * @throws AppError INVALID_SIGNATURE; UNAVAILABLE where the certificate cannot be had now
 */
export async function verifyTransmission(
  { headers, body }: RawDelivery,
  { findKey, webhookId }: Pick<PaypalApi, "findKey" | "webhookId">,
): Promise<string> {
  const { id, time, signature, certificateUrl } = readTransmission(headers);
  const key = await findKey(certificateUrl);
  const signed = Buffer.from(`${id}|${time}|${webhookId}|${crc32(body)}`);
  if (key === null || !verify("sha256", signed, key, Buffer.from(signature, "base64")))
    throw new AppError("INVALID_SIGNATURE");
  return id;
}

const NAMES = ["transmission-id", "transmission-time", "transmission-sig", "cert-url", "auth-algo"] as const;

function isWord(text: string | undefined): text is string {
  return text !== undefined && /^[\w-]{1,100}$/.test(text);
}

function isTime(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]{8,20}(Z|[+-]\d\d:\d\d)$/.test(text);
}

function isBase64(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9+/]{300,800}={0,2}$/.test(text);
}
