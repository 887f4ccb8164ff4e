/**
 * What a request shows to say who is asking, before anything of it is believed.
 *
 * `unreadable` is an Authorization header that is there and cannot be taken for a bearer credential. It is never
 * treated as if nothing had been sent.
 */
export type Credential = { kind: "none" } | { kind: "unreadable" } | { kind: "bearer"; token: string };

/** Longer than any credential that we know; a longer text is not worth a hash. */
const LONGEST_TOKEN = 16_384;

/**
 * Reads the Authorization header (RFC 6750): one scheme in any case, one space, one token of visible characters.
 *
 * Two Authorization headers reach us joined by a comma and a space, and a space is no part of a token, so two
 * credentials are none. Tokens in the query or the body are never looked at: addresses are logged.
 */
export function readCredential(authorization: string | null): Credential {
  if (authorization === null) return { kind: "none" };
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1];
  if (token === undefined || token.length > LONGEST_TOKEN) return { kind: "unreadable" };
  return { kind: "bearer", token };
}
