import {
  AdminWorkspace,
  AdminWorkspacePage,
  CreateWorkspace,
  DeletedWorkspace,
  DeleteWorkspace,
  GetWorkspace,
  LeaveWorkspace,
  LeftWorkspace,
  ListAllWorkspaces,
  ListWorkspaces,
  RestoreWorkspace,
  SetWorkspaceTier,
  TransferOwnership,
  UpdateWorkspace,
  Workspace,
  WorkspacePage,
} from "@gatehouse/shared";
import { adminProcedure, protectedProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { listAllWorkspaces, setWorkspaceTier } from "./admin.ts";
import { deleteWorkspace, restoreWorkspace } from "./closing.ts";
import { leaveWorkspace, transferOwnership } from "./membership.ts";
import { createWorkspace, getWorkspace, listWorkspaces, updateWorkspace } from "./operations.ts";

export const workspacesRouter = router({
  create: protectedProcedure
    .meta({
      scope: "workspace:update",
      rest: { method: "POST", path: "/workspaces" },
      errors: ["ACCESS_REQUIRED", "SLUG_TAKEN", "LIMIT_REACHED", "NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Make a workspace; the caller becomes its owner",
    })
    .input(CreateWorkspace)
    .output(Workspace)
    .mutation(({ ctx, input }) => createWorkspace(ctx, input)),

  list: protectedProcedure
    .meta({
      scope: "workspace:read",
      rest: { method: "GET", path: "/workspaces" },
      summary: "The caller's workspaces, the newest first",
    })
    .input(ListWorkspaces)
    .output(WorkspacePage)
    .query(({ ctx, input }) => listWorkspaces(ctx, input)),

  get: workspaceProcedure
    .meta({
      permission: "workspace:read",
      rest: { method: "GET", path: "/workspaces/{workspaceId}" },
      summary: "One workspace",
    })
    .input(GetWorkspace)
    .output(Workspace)
    .query(({ ctx }) => getWorkspace(ctx)),

  update: workspaceProcedure
    .meta({
      permission: "workspace:update",
      rest: { method: "PATCH", path: "/workspaces/{workspaceId}" },
      errors: ["SLUG_TAKEN", "NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Change a workspace's name or slug",
    })
    .input(UpdateWorkspace)
    .output(Workspace)
    .mutation(({ ctx, input }) => updateWorkspace(ctx, input)),

  delete: workspaceProcedure
    .meta({
      permission: "workspace:delete",
      rest: { method: "DELETE", path: "/workspaces/{workspaceId}" },
      errors: ["PROVIDER_ERROR"],
      summary: "Close a workspace; a local one can be restored for 30 days and is purged afterwards",
    })
    .input(DeleteWorkspace)
    .output(DeletedWorkspace)
    .mutation(({ ctx }) => deleteWorkspace(ctx)),

  restore: workspaceProcedure
    .meta({
      permission: "workspace:delete",
      evenIfDeleted: true,
      rest: { method: "POST", path: "/workspaces/{workspaceId}/restore" },
      errors: ["LIMIT_REACHED"],
      summary: "Open a deleted workspace again, with all that it held",
    })
    .input(RestoreWorkspace)
    .output(Workspace)
    .mutation(({ ctx }) => restoreWorkspace(ctx)),

  leave: workspaceProcedure
    .meta({
      permission: "any member",
      rest: { method: "POST", path: "/workspaces/{workspaceId}/leave" },
      errors: ["LAST_OWNER", "NOT_MEMBER", "PROVIDER_ERROR"],
      summary: "End one's own membership",
    })
    .input(LeaveWorkspace)
    .output(LeftWorkspace)
    .mutation(({ ctx }) => leaveWorkspace(ctx)),

  transferOwnership: workspaceProcedure
    .meta({
      permission: "workspace:delete",
      inPerson: true,
      rest: { method: "POST", path: "/workspaces/{workspaceId}/transfer-ownership" },
      errors: ["NOT_MEMBER", "NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Make another member owner; the caller becomes admin",
    })
    .input(TransferOwnership)
    .output(Workspace)
    .mutation(({ ctx, input }) => transferOwnership(ctx, input)),
});

export const adminWorkspacesRouter = router({
  list: adminProcedure
    .meta({
      rest: { method: "GET", path: "/admin/workspaces" },
      summary: "All workspaces, deleted ones too, the newest first",
    })
    .input(ListAllWorkspaces)
    .output(AdminWorkspacePage)
    .query(({ ctx, input }) => listAllWorkspaces(ctx, input)),

  setTier: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/workspaces/{workspaceId}/set-tier" },
      errors: ["NOT_FOUND"],
      summary: "Give a workspace another tier",
    })
    .input(SetWorkspaceTier)
    .output(AdminWorkspace)
    .mutation(({ ctx, input }) => setWorkspaceTier(ctx, input)),
});
