import type { UnverifiedJwt } from "./jwt-shape.ts";

/** The JWTs that Clerk signs, all with the same key: what tells them apart is in their headers. */
export type TokenKind = "session" | "template" | "oauth" | "machine";

/** `cat`, by which Clerk marks its kinds of token. Old tokens carry none, and OAuth access tokens never do. */
const CATEGORY = {
  session: "cl_B7d4PD111AAA",
  template: "cl_B7d4PD222AAA",
  machine: "cl_B7d4PD333AAA",
  oauth: undefined,
} as const satisfies Record<TokenKind, string | undefined>;

/** RFC 9068, section 4: both forms mean the same. */
const OAUTH_TYPES: ReadonlySet<unknown> = new Set(["at+jwt", "application/at+jwt"]);

/** What a token says it is. Each kind is then held to everything that this kind must be. */
export function kindOfToken({ header, payload }: UnverifiedJwt): TokenKind {
  if (OAUTH_TYPES.has(header["typ"])) return "oauth";
  const isMachine = typeof payload["sub"] === "string" && payload["sub"].startsWith("mch_");
  if (isMachine || header["cat"] === CATEGORY.machine) return "machine";
  return header["cat"] === CATEGORY.template ? "template" : "session";
}

/** The key that a header names, if nothing is wrong with the header for a token of this kind. */
export function readHeader(
  header: UnverifiedJwt["header"],
  kind: TokenKind,
): { keyId: string } | { flaw: string } {
  const flaw = flawOfHeader(header, kind);
  if (flaw !== null) return { flaw };
  // Checked before the key set is asked, so that no text of a caller causes a fetch.
  const { kid } = header;
  const isUsable = typeof kid === "string" && /^[A-Za-z0-9][\w-]{0,99}$/.test(kid);
  return isUsable ? { keyId: kid } : { flaw: "has no usable key id (kid)" };
}

function flawOfHeader(header: UnverifiedJwt["header"], kind: TokenKind): string | null {
  // One algorithm, whatever the key would allow: `none`, HMAC with the public key and the rest end here.
  if (header["alg"] !== "RS256") return "signed with another algorithm than RS256 (alg)";
  if (kind !== "oauth" && header["typ"] !== "JWT") return "not a session token (typ)";
  // RFC 7515 4.1.11: an extension that is not understood must be refused. The SDK ignores it.
  if ("crit" in header || "b64" in header) return "needs an extension that is not known here (crit)";
  if (header["cat"] !== undefined && header["cat"] !== CATEGORY[kind]) return "of an unknown category (cat)";
  return null;
}
