import { CreateWorkspace, GetWorkspace, ListWorkspaces, Workspace, WorkspacePage } from "@gatehouse/shared";
import { protectedProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { createWorkspace, getWorkspace, listWorkspaces } from "./operations.ts";

export const workspacesRouter = router({
  create: protectedProcedure
    .meta({
      scope: "workspace:update",
      rest: { method: "POST", path: "/workspaces" },
      errors: ["ACCESS_REQUIRED", "SLUG_TAKEN", "LIMIT_REACHED"],
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
});
