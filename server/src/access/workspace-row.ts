import type { Tier } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { WorkspaceRef } from "./contexts.ts";

/** What every way into a workspace reads of it, from `workspaces w`. */
export const WORKSPACE_COLUMNS = "w.id, w.name, w.slug, w.managed_by, w.tier, w.created_at";

export interface WorkspaceRow {
  id: string;
  name: string;
  slug: string;
  managed_by: "local" | "clerk";
  tier: Tier;
  created_at: Date;
}

export function readWorkspace(row: WorkspaceRow): WorkspaceRef {
  const { id, name, slug, tier, managed_by: managedBy, created_at: createdAt } = row;
  return { id, name, slug, managedBy, tier, createdAt };
}

/** @throws AppError VALIDATION_FAILED where the input names no workspace, for a caller who may be in several */
export function requireNamed(workspaceId: string | null): string {
  if (workspaceId !== null) return workspaceId;
  throw new AppError("VALIDATION_FAILED", {
    fields: [{ path: "workspaceId", message: "Name the workspace" }],
  });
}
