import { createPublicKey } from "node:crypto";
import { z } from "zod";
import { openLog } from "../../base/log.ts";
import { openKeySet } from "../../identity/key-set.ts";
import type { ClerkInstance } from "../clerk-instance.ts";
import { reasonOf } from "../run-command.ts";
import { findTokenUser } from "../token/find-user.ts";
import { about } from "./finding.ts";
import type { Finding } from "./finding.ts";

const PATIENCE_MS = 5_000;
/** Tokens are refused beyond this difference between Clerk's clock and ours. */
const MOST_SKEW_SECONDS = 5;
/** The Date header counts whole seconds, so less than this cannot be told from nothing. */
const VISIBLE_SKEW_SECONDS = 2;

const Jwks = z.object({ keys: z.array(z.looseObject({ kid: z.string(), n: z.string(), e: z.string() })) });
type Jwk = z.infer<typeof Jwks>["keys"][number];

/** The Clerk instance: whether it takes our key, whether its keys and its name are those we believe, and its clock. */
export async function checkClerk(instance: ClerkInstance): Promise<Finding[]> {
  const { settings } = instance;
  const clerk = about("clerk");
  const askedAt = Date.now();
  const answer = await get(`${settings.apiUrl}/v1/jwks`, settings.secretKey.reveal());
  if (answer === null) return [clerk.broken(`the Backend API at ${settings.apiUrl} cannot be reached.`)];
  if (answer.status === 401 || answer.status === 403)
    return [clerk.broken("the Backend API refuses CLERK_SECRET_KEY. Copy it again from Clerk's dashboard.")];
  const keys = await readKeys(answer);
  if (keys === null)
    return [clerk.broken(`the Backend API answered ${answer.status} and no keys. See CLERK_API_URL.`)];
  return [
    clerk.ok(`the Backend API at ${settings.apiUrl} takes our secret key`),
    await checkKeys(instance, keys),
    await checkIssuer(instance, keys),
    checkClock(answer.headers.get("date"), (askedAt + Date.now()) / 2),
    ...(await checkServiceUser(instance)),
  ];
}

async function checkKeys({ settings }: ClerkInstance, keys: readonly Jwk[]): Promise<Finding> {
  const report = about("keys");
  if (settings.keys.kind === "pem") {
    const pem = toPem(settings.keys.pem);
    if (pem !== null && keys.some((key) => toPem(key) === pem))
      return report.ok("CLERK_JWT_KEY is a key of the instance");
    return report.broken(
      "CLERK_JWT_KEY is no key of this instance, so every token is refused. Copy it again.",
    );
  }
  const keySet = openKeySet(settings.keys, { log: openLog("silent"), monotonicMs: () => performance.now() });
  if (await keySet.isReady()) return report.ok(`${keys.length} of them, fetched and usable`);
  return report.broken("no usable key where CLERK_JWKS_URL points to, so no token can be verified.");
}

/** The Frontend API stands at the issuer's address and shows the instance's keys to everybody. */
async function checkIssuer({ settings, isLocal }: ClerkInstance, keys: readonly Jwk[]): Promise<Finding> {
  const report = about("issuer");
  if (isLocal) return report.ok(`${settings.issuer} (local identity provider, for development only)`);
  const answer = await get(`${settings.issuer}/.well-known/jwks.json`);
  const shown = answer === null ? null : await readKeys(answer);
  if (shown === null)
    return report.warning(`${settings.issuer} shows no keys, so it could not be compared. See CLERK_ISSUER.`);
  const ours = new Set(keys.map(({ kid }) => kid));
  if (shown.some(({ kid }) => ours.has(kid))) return report.ok(settings.issuer);
  return report.broken(
    `CLERK_ISSUER names ${settings.issuer}, which is another instance than CLERK_SECRET_KEY's.`,
  );
}

function checkClock(date: string | null, nowMs: number): Finding {
  const report = about("clock");
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return report.warning("Clerk's answer carried no usable Date header.");
  // Half a second later on average than the header's whole second.
  const seconds = Math.round((nowMs - theirs) / 1_000 - 0.5);
  const off = Math.abs(seconds);
  if (off < VISIBLE_SKEW_SECONDS) return report.ok("agrees with Clerk's");
  const text = `${off} s ${seconds > 0 ? "ahead of" : "behind"} Clerk's. Synchronize it (NTP).`;
  if (off <= MOST_SKEW_SECONDS) return report.warning(text);
  return report.broken(`${text} Good tokens are refused beyond ${MOST_SKEW_SECONDS} s.`);
}

async function checkServiceUser(instance: ClerkInstance): Promise<Finding[]> {
  if (instance.settings.serviceUser === null) return [];
  const report = about("service");
  try {
    const { id } = await findTokenUser(instance, undefined);
    return [report.ok(`gatehouse token mints for ${id}`)];
  } catch (error) {
    return [report.broken(`the service user cannot be used. ${reasonOf(error)} See CLERK_SERVICE_USER_ID.`)];
  }
}

async function get(url: string, secretKey?: string): Promise<Response | null> {
  const headers = secretKey === undefined ? {} : { authorization: `Bearer ${secretKey}` };
  try {
    return await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    return null;
  }
}

async function readKeys(answer: Response): Promise<Jwk[] | null> {
  const json: unknown = await answer.json().catch(() => null);
  return Jwks.safeParse(json).data?.keys ?? null;
}

/** One form for both, so that they can be compared; null for what is no key. */
function toPem(key: Jwk | string): string | null {
  try {
    const source =
      typeof key === "string" ? key : ({ format: "jwk", key: { kty: "RSA", n: key.n, e: key.e } } as const);
    return createPublicKey(source).export({ type: "spki", format: "pem" }).toString();
  } catch {
    return null;
  }
}
