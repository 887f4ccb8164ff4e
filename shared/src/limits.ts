import { z } from "zod";
import type { Tier } from "./tiers.ts";

/** What a workspace of each tier may hold at most. */
export const WORKSPACE_LIMITS = ["members", "projects", "apiKeys", "pendingInvitations"] as const;
export type WorkspaceLimit = (typeof WORKSPACE_LIMITS)[number];

export interface Limits {
  /** How many workspaces one user may own at once. */
  workspacesPerUser: number;
  tiers: Readonly<Record<Tier, Readonly<Record<WorkspaceLimit, number>>>>;
}

/** What holds unless the operator says otherwise in LIMITS_FILE. */
export const DEFAULT_LIMITS: Limits = {
  workspacesPerUser: 10,
  tiers: {
    lite: { members: 10, projects: 50, apiKeys: 10, pendingInvitations: 20 },
    standard: { members: 50, projects: 500, apiKeys: 50, pendingInvitations: 100 },
    professional: { members: 500, projects: 5_000, apiKeys: 500, pendingInvitations: 500 },
  },
};

const most = z.int().min(0).max(1_000_000).exactOptional();
const tier = z.strictObject({ members: most, projects: most, apiKeys: most, pendingInvitations: most });

/** The operator's own limits; what they leave out stays as it is. */
export const LimitChanges = z.strictObject({
  workspacesPerUser: most,
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
    workspacesPerUser: changes.workspacesPerUser ?? limits.workspacesPerUser,
    tiers: { lite: of("lite"), standard: of("standard"), professional: of("professional") },
  };
}
