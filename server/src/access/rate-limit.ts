import type { DailyRate, Rate } from "@gatehouse/shared";
import { isIPv6 } from "node:net";
import { AppError } from "../base/app-error.ts";
import type { Principal } from "../identity/principal.ts";

/** One rule: so many calls in a while, of each who is counted under it. */
export interface Policy {
  /** As it stands in the headers. */
  name: string;
  calls: number;
  windowSeconds: number;
}

/** Whose calls are counted together, under which rule. */
export interface Quota {
  policy: Policy;
  counted: string;
}

/** What is left of a quota after a call. */
export interface RateState {
  policy: Policy;
  remaining: number;
  /** Until the quota is whole again. */
  resetSeconds: number;
  isExceeded: boolean;
}

/** Counts calls. It never fails: where the shared store does not answer, this server counts by itself. */
export interface RateLimits {
  consume(quota: Quota, calls: number): Promise<RateState>;
  /** Whether the next call would be too many. Nothing is taken. */
  isUsedUp(quota: Quota): Promise<boolean>;
  policies: {
    perKey: (tier: "lite" | "standard" | "professional") => Policy;
    of: (rate: Rate) => Policy;
    ofDay: (rate: DailyRate) => Policy;
  };
  /** How often the shared store did not answer. */
  storeFailures: () => number;
  close(): Promise<void>;
}

/**
 * Whose quota a request is taken from; null for one that is not limited here.
 *
 * A caller whose credential is good is counted under his own name and never under his address: whoever shares that
 * address with an attacker must not be locked out with him.
 */
export function quotaOf(
  principal: Principal,
  address: string | null,
  { policies }: RateLimits,
): Quota | null {
  switch (principal.kind) {
    case "anonymous":
      return { policy: policies.of("anonymous"), counted: networkOf(address) };
    case "rejected":
      // Nobody knows who it is while Clerk or the database is down; the refusal itself costs little.
      if (principal.code === "UNAVAILABLE") return null;
      return badCredentials(address, policies);
    case "user":
      return { policy: policies.of("user"), counted: principal.clerkId };
    case "organization":
      return { policy: policies.of("user"), counted: principal.keyId };
    case "machine":
      return { policy: policies.of("user"), counted: principal.machineId };
    case "apiKey":
      return { policy: policies.perKey(principal.tier), counted: principal.keyId };
  }
}

/** The bad credentials of an address. */
export function badCredentials(address: string | null, policies: RateLimits["policies"]): Quota {
  return { policy: policies.of("badCredential"), counted: networkOf(address) };
}

/** The wrong admin keys of an address. */
export function badAdminKeys(address: string | null, policies: RateLimits["policies"]): Quota {
  return { policy: policies.of("badAdminKey"), counted: networkOf(address) };
}

/** The badly signed messages of an address. */
export function badSignatures(address: string | null, policies: RateLimits["policies"]): Quota {
  return { policy: policies.of("badSignature"), counted: networkOf(address) };
}

/**
 * @param detail says what there was too much of, where the catalogue's sentence would not
 * @throws AppError RATE_LIMITED
 */
export function requireRate({ isExceeded, resetSeconds }: RateState, detail?: string): void {
  if (!isExceeded) return;
  const said = detail === undefined ? {} : { detail };
  throw new AppError("RATE_LIMITED", { ...said, retryAfterSeconds: Math.max(1, resetSeconds) });
}

/**
 * The address as it is counted. A house has a whole /64 of IPv6 and could come from another address each time, so its
 * first four groups stand for all of it.
 */
export function networkOf(address: string | null): string {
  if (address === null) return "unknown";
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const rest = (tail ?? "").split(":").filter((group) => group !== "");
  const missing = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const all = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
