import type { Role, Workspace } from "@gatehouse/shared";
import type { WorkspaceRef } from "../../access/contexts.ts";

export function toWorkspace(row: WorkspaceRef, role: Role | null): Workspace {
  const { id, name, slug, managedBy, tier, createdAt } = row;
  return { id, name, slug, managedBy, tier, role, createdAt: createdAt.toISOString() };
}
