import { z } from "zod";
import { Tier } from "./tiers.ts";

/** What a workspace of each tier may hold at most. */
export const WORKSPACE_LIMITS = ["members", "projects", "apiKeys", "pendingInvitations"] as const;
export type WorkspaceLimit = (typeof WORKSPACE_LIMITS)[number];

/**
 * How often somebody may ask in a minute. `user`: one user or machine, all his calls; `anonymous`: one address without
 * a credential; the others are attempts: of one user at access codes, of one address with bad credentials or admin keys.
 */
export const RATES = ["user", "anonymous", "accessCode", "badCredential", "badAdminKey"] as const;
export type Rate = (typeof RATES)[number];

/** What an operator can keep for workspaces of a higher tier, and for their keys of that tier. */
export const FEATURES = ["auditTrail", "keyTokens", "machines", "usageSeries"] as const;
export type Feature = (typeof FEATURES)[number];

export interface Limits {
  /** The lowest tier that has it. */
  features: Readonly<Record<Feature, Tier>>;
  /** How many workspaces one user may own at once. */
  workspacesPerUser: number;
  perMinute: Readonly<Record<Rate, number>>;
  /** `requestsPerMinute` is for each API key of this tier. */
  tiers: Readonly<Record<Tier, Readonly<Record<WorkspaceLimit | "requestsPerMinute", number>>>>;
}

/** What holds unless the operator says otherwise in LIMITS_FILE. */
export const DEFAULT_LIMITS: Limits = {
  features: { auditTrail: "lite", keyTokens: "lite", machines: "lite", usageSeries: "lite" },
  workspacesPerUser: 100,
  perMinute: { user: 3_000, anonymous: 600, accessCode: 10, badCredential: 100, badAdminKey: 20 },
  tiers: {
    lite: { requestsPerMinute: 100, members: 10, projects: 200, apiKeys: 10, pendingInvitations: 20 },
    standard: { requestsPerMinute: 500, members: 50, projects: 2_000, apiKeys: 50, pendingInvitations: 100 },
    professional: {
      requestsPerMinute: 1_000,
      members: 500,
      projects: 20_000,
      apiKeys: 500,
      pendingInvitations: 500,
    },
  },
};

const most = z.int().min(0).max(1_000_000).exactOptional();
// No limit of zero: it would close the door for good.
const perMinute = z.int().min(1).max(1_000_000_000).exactOptional();
const tier = z.strictObject({
  requestsPerMinute: perMinute,
  members: most,
  projects: most,
  apiKeys: most,
  pendingInvitations: most,
});

/** The operator's own limits; what they leave out stays as it is. */
export const LimitChanges = z.strictObject({
  features: z.partialRecord(z.enum(FEATURES), Tier).exactOptional(),
  workspacesPerUser: most,
  perMinute: z
    .strictObject({
      user: perMinute,
      anonymous: perMinute,
      accessCode: perMinute,
      badCredential: perMinute,
      badAdminKey: perMinute,
    })
    .exactOptional(),
  tiers: z
    .strictObject({
      lite: tier.exactOptional(),
      standard: tier.exactOptional(),
      professional: tier.exactOptional(),
    })
    .exactOptional(),
});
export type LimitChanges = z.infer<typeof LimitChanges>;

export function changeLimits(limits: Limits, changes: LimitChanges): Limits {
  const of = (name: Tier) => ({ ...limits.tiers[name], ...changes.tiers?.[name] });
  return {
    features: { ...limits.features, ...changes.features },
    workspacesPerUser: changes.workspacesPerUser ?? limits.workspacesPerUser,
    perMinute: { ...limits.perMinute, ...changes.perMinute },
    tiers: { lite: of("lite"), standard: of("standard"), professional: of("professional") },
  };
}
