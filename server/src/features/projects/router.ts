import {
  ArchiveProject,
  CreateProject,
  DeletedProject,
  DeleteProject,
  GetProject,
  ListProjects,
  Project,
  ProjectPage,
  UnarchiveProject,
  UpdateProject,
} from "@gatehouse/shared";
import { workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { archiveProject, deleteProject, unarchiveProject, updateProject } from "./changes.ts";
import { createProject, getProject, listProjects } from "./operations.ts";

export const projectsRouter = router({
  create: workspaceProcedure
    .meta({
      permission: "projects:write",
      rest: { method: "POST", path: "/projects" },
      errors: ["LIMIT_REACHED"],
      summary: "Make a project",
    })
    .input(CreateProject)
    .output(Project)
    .mutation(({ ctx, input }) => createProject(ctx, input)),

  list: workspaceProcedure
    .meta({
      permission: "projects:read",
      rest: { method: "GET", path: "/projects" },
      summary: "The projects of a workspace, the newest first",
    })
    .input(ListProjects)
    .output(ProjectPage)
    .query(({ ctx, input }) => listProjects(ctx, input)),

  get: workspaceProcedure
    .meta({
      permission: "projects:read",
      rest: { method: "GET", path: "/projects/{projectId}" },
      errors: ["NOT_FOUND"],
      summary: "One project",
    })
    .input(GetProject)
    .output(Project)
    .query(({ ctx, input }) => getProject(ctx, input)),

  update: workspaceProcedure
    .meta({
      permission: "projects:write",
      rest: { method: "PATCH", path: "/projects/{projectId}" },
      errors: ["NOT_FOUND", "VERSION_CONFLICT"],
      summary: "Change a project's name or description",
    })
    .input(UpdateProject)
    .output(Project)
    .mutation(({ ctx, input }) => updateProject(ctx, input)),

  archive: workspaceProcedure
    .meta({
      permission: "projects:write",
      rest: { method: "POST", path: "/projects/{projectId}/archive" },
      errors: ["NOT_FOUND", "VERSION_CONFLICT"],
      summary: "Take a project out of the way without losing it",
    })
    .input(ArchiveProject)
    .output(Project)
    .mutation(({ ctx, input }) => archiveProject(ctx, input)),

  unarchive: workspaceProcedure
    .meta({
      permission: "projects:write",
      rest: { method: "POST", path: "/projects/{projectId}/unarchive" },
      errors: ["NOT_FOUND", "VERSION_CONFLICT"],
      summary: "Bring an archived project back",
    })
    .input(UnarchiveProject)
    .output(Project)
    .mutation(({ ctx, input }) => unarchiveProject(ctx, input)),

  delete: workspaceProcedure
    .meta({
      permission: "projects:write",
      rest: { method: "DELETE", path: "/projects/{projectId}" },
      errors: ["NOT_FOUND"],
      summary: "Delete a project for good",
    })
    .input(DeleteProject)
    .output(DeletedProject)
    .mutation(({ ctx, input }) => deleteProject(ctx, input)),
});
