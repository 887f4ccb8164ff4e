import { z } from "zod";

/** From the smallest to the largest. A workspace has one; so has each of its keys, at most the workspace's. */
export const TIERS = ["lite", "standard", "professional"] as const;
export const Tier = z.enum(TIERS);
export type Tier = z.infer<typeof Tier>;
