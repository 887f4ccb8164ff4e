import { z } from "zod";
import { Id, Instant, inWorkspace, nameOf, textOf } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";

export const Project = z
  .object({
    id: Id,
    workspaceId: Id,
    name: z.string(),
    description: z.string(),
    version: z.int().describe("counts the changes, from 1"),
    archivedAt: Instant.nullable(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: "Project" });
export type Project = z.infer<typeof Project>;

const name = nameOf(200);
const description = textOf(5_000);

export const CreateProject = z.strictObject({ ...inWorkspace, name, description: description.default("") });
export type CreateProject = z.infer<typeof CreateProject>;

export const ListProjects = z.strictObject({
  ...inWorkspace,
  ...pageInput,
  search: nameOf(200).exactOptional().describe("a part of the name, in any case"),
  archived: z.boolean().default(false).describe("the archived projects instead of the others"),
});
export type ListProjects = z.infer<typeof ListProjects>;

export const GetProject = z.strictObject({ ...inWorkspace, projectId: Id });
export type GetProject = z.infer<typeof GetProject>;

export const UpdateProject = z.strictObject({
  ...inWorkspace,
  projectId: Id,
  name: name.exactOptional(),
  description: description.exactOptional(),
  version: z
    .int()
    .min(1)
    .exactOptional()
    .describe("the version that was read; another one in the table is a VERSION_CONFLICT"),
});
export type UpdateProject = z.infer<typeof UpdateProject>;

const toArchive = {
  ...inWorkspace,
  projectId: Id,
  version: z.int().min(1).exactOptional().describe("the version that was read"),
};

export const ArchiveProject = z.strictObject(toArchive);
export type ArchiveProject = z.infer<typeof ArchiveProject>;

export const UnarchiveProject = z.strictObject(toArchive);
export type UnarchiveProject = z.infer<typeof UnarchiveProject>;

export const DeleteProject = z.strictObject({ ...inWorkspace, projectId: Id });
export type DeleteProject = z.infer<typeof DeleteProject>;

export const ProjectPage = pageOf(Project).meta({ id: "ProjectPage" });

/** What is left of a project that was deleted. */
export const DeletedProject = z.object({ id: Id, deleted: z.literal(true) }).meta({ id: "DeletedProject" });
export type DeletedProject = z.infer<typeof DeletedProject>;
