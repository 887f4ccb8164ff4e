import { z } from "zod";
import { addRows } from "./table.ts";
import { Tier } from "./tiers.ts";
import type { AllOf } from "./words.ts";

/** What refusals call it, and the most of it in each tier. */
export type LimitRow = Readonly<{ called: string } & Record<Tier, number>>;

/** What grows with the tier. */
const OWN_LIMITS = {
  requestsPerMinute: { called: "requests of one API key", lite: 100, standard: 500, professional: 1_000 },
  members: { called: "members", lite: 10, standard: 50, professional: 500 },
  projects: { called: "projects", lite: 200, standard: 2_000, professional: 20_000 },
  apiKeys: { called: "API keys", lite: 10, standard: 50, professional: 500 },
  pendingInvitations: { called: "pending invitations", lite: 20, standard: 100, professional: 500 },
} as const satisfies Record<string, LimitRow>;

type TierLimit = AllOf<keyof typeof OWN_LIMITS, "limits">;

const rows: Record<string, LimitRow> = { ...OWN_LIMITS };

/** What a product adds; see `learnWords`. @throws Error for a word that has another meaning already */
export function addLimits(more: Readonly<Record<string, LimitRow>>): void {
  addRows(rows, more);
}

/** What a workspace may hold only so many of. */
export type WorkspaceLimit = Exclude<TierLimit, "requestsPerMinute">;

/** What people call it: "API keys". */
export function nameOfLimit(limit: WorkspaceLimit): string {
  return rows[limit]?.called ?? limit;
}

/**
 * How often somebody may ask in a minute. `user`: one user or machine, all his calls; `anonymous`: one address without
 * a credential; the others are attempts: of one user at access codes, of one address with bad credentials, admin keys or
 * signatures of webhooks.
 */
export const RATES = [
  "user",
  "anonymous",
  "accessCode",
  "badCredential",
  "badAdminKey",
  "badSignature",
] as const;
export type Rate = (typeof RATES)[number];

/**
 * How often somebody outside may be written to in a day. `invitationsFrom`: by one workspace; `invitationsTo`: at one
 * e-mail address, whoever invites.
 */
export const DAILY_RATES = ["invitationsFrom", "invitationsTo"] as const;
export type DailyRate = (typeof DAILY_RATES)[number];

/** What an operator can keep for workspaces of a higher tier, and for their keys of that tier. */
export const FEATURES = ["auditTrail", "keyTokens", "machines", "usageSeries"] as const;
export type Feature = (typeof FEATURES)[number];

export interface Limits {
  /** The lowest tier that has it. */
  features: Readonly<Record<Feature, Tier>>;
  /** How many workspaces one user may own at once. */
  workspacesPerUser: number;
  perMinute: Readonly<Record<Rate, number>>;
  perDay: Readonly<Record<DailyRate, number>>;
  /** `requestsPerMinute` is for each API key of this tier, the others for each workspace. */
  tiers: Readonly<Record<Tier, Readonly<Record<TierLimit, number>>>>;
}

/** What holds unless the operator says otherwise in LIMITS_FILE. */
export function defaultLimits(): Limits {
  return {
    features: { auditTrail: "lite", keyTokens: "lite", machines: "lite", usageSeries: "lite" },
    workspacesPerUser: 100,
    perMinute: {
      user: 3_000,
      anonymous: 600,
      accessCode: 10,
      badCredential: 100,
      badAdminKey: 20,
      badSignature: 100,
    },
    perDay: { invitationsFrom: 200, invitationsTo: 10 },
    tiers: { lite: mostIn("lite"), standard: mostIn("standard"), professional: mostIn("professional") },
  };
}

/** One column of the table. */
function mostIn(tier: Tier): Record<TierLimit, number> {
  const column = Object.entries(rows).map(([limit, row]) => [limit, row[tier]]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a number for each row
  return Object.fromEntries(column) as Record<TierLimit, number>;
}

const most = z.int().min(0).max(1_000_000_000);
// No rate of zero: it would close the door for good.
const often = most.min(1);
const tierLimits = z
  .partialRecord(z.custom<TierLimit>(isTierLimit), most)
  .refine(({ requestsPerMinute }) => requestsPerMinute !== 0, "A rate of zero");

function isTierLimit(word: unknown): boolean {
  return typeof word === "string" && Object.hasOwn(rows, word);
}

/** The operator's own limits; what they leave out stays as it is. */
export const LimitChanges = z.strictObject({
  features: z.partialRecord(z.enum(FEATURES), Tier).exactOptional(),
  workspacesPerUser: most.exactOptional(),
  perMinute: z.partialRecord(z.enum(RATES), often).exactOptional(),
  perDay: z.partialRecord(z.enum(DAILY_RATES), often).exactOptional(),
  tiers: z.partialRecord(Tier, tierLimits).exactOptional(),
});
export type LimitChanges = z.infer<typeof LimitChanges>;

export function changeLimits(limits: Limits, changes: LimitChanges): Limits {
  const of = (name: Tier) => ({ ...limits.tiers[name], ...changes.tiers?.[name] });
  return {
    features: { ...limits.features, ...changes.features },
    workspacesPerUser: changes.workspacesPerUser ?? limits.workspacesPerUser,
    perMinute: { ...limits.perMinute, ...changes.perMinute },
    perDay: { ...limits.perDay, ...changes.perDay },
    tiers: { lite: of("lite"), standard: of("standard"), professional: of("professional") },
  };
}
