import { z } from "zod";

/** From the smallest to the largest. A workspace has one; so has each of its keys, at most the workspace's. */
export const TIERS = ["lite", "standard", "professional"] as const;
export const Tier = z.enum(TIERS);
export type Tier = z.infer<typeof Tier>;

/** Whether a tier opens what asks for another one. */
export function reaches(tier: Tier, wanted: Tier): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(wanted);
}

/** The smaller of two. */
export function lowerTier(one: Tier, other: Tier): Tier {
  return reaches(one, other) ? other : one;
}
