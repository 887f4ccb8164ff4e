import type { Feature, Limits, Tier } from "@gatehouse/shared";
import { reaches } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { WorkspaceContext } from "./contexts.ts";

/** The tier that counts for a call: a key's own, which is never above its workspace's. */
export function tierOf({ principal, workspace }: Pick<WorkspaceContext, "principal" | "workspace">): Tier {
  return principal.kind === "apiKey" ? principal.tier : workspace.tier;
}

/** @throws AppError TIER_REQUIRED, naming the lowest tier that has the feature */
export function requireFeature(
  caller: Pick<WorkspaceContext, "principal" | "workspace">,
  feature: Feature,
  { features }: Pick<Limits, "features">,
): void {
  if (!reaches(tierOf(caller), features[feature])) throw tierRequired(features[feature]);
}

/** Says which tier opens the door. */
export function tierRequired(tier: Tier): AppError {
  return new AppError("TIER_REQUIRED", { detail: `The tier ${tier} is needed for this.` });
}
