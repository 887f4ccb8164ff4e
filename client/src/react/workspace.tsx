import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import type { ReactElement, ReactNode } from "react";
import type { WorkspaceApi } from "../generated/api.ts";
import type { WorkspaceErrors } from "../generated/errors.ts";
import type { Permission, Role } from "../generated/roles.ts";
import type { Workspace } from "../generated/types.ts";
import { can } from "../roles.ts";
import { queryOptions } from "./options.ts";
import type { CallError } from "./options.ts";
import { useApi } from "./provider.tsx";

export interface CurrentWorkspace {
  workspaceId: string;
  /** The procedures of this workspace, with `workspaceId` filled in. */
  api: WorkspaceApi;
  /** Null until it is loaded. */
  workspace: Workspace | null;
  /** The user's role; null until it is known. */
  role: Role | null;
  /** Whether the user may do this here, by the server's own table; nothing until his role is known. */
  can: (permission: Permission) => boolean;
  /** Why the workspace cannot be shown, e.g. `FORBIDDEN` for whoever is not in it. */
  error: CallError<WorkspaceErrors> | null;
}

const WorkspaceContext = createContext<CurrentWorkspace | null>(null);

/** Loads a workspace for everything below, which is shown at once: `useWorkspace().workspace` says when it is there. */
export function WorkspaceProvider({
  workspaceId,
  children,
}: {
  workspaceId: string;
  children?: ReactNode;
}): ReactElement {
  const client = useApi();
  const api = useMemo(() => client.workspace(workspaceId), [client, workspaceId]);
  const { data: workspace = null, error } = useQuery(queryOptions(api.workspaces.get));
  const current = useMemo(() => {
    const role = workspace?.role ?? null;
    const may = (permission: Permission) => can(role, permission);
    return { workspaceId, api, workspace, role, can: may, error };
  }, [workspaceId, api, workspace, error]);
  return <WorkspaceContext.Provider value={current}>{children}</WorkspaceContext.Provider>;
}

/** The workspace that is shown. @throws Error outside of a `WorkspaceProvider` */
export function useWorkspace(): CurrentWorkspace {
  const current = useContext(WorkspaceContext);
  if (current === null) throw new Error("useWorkspace needs a WorkspaceProvider above.");
  return current;
}

/** Whether the user may do this in the workspace that is shown. @example useCan("projects:write") && <NewProject /> */
export function useCan(permission: Permission): boolean {
  return useWorkspace().can(permission);
}
