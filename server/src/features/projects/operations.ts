import type {
  CreateProject,
  DeletedProject,
  DeleteProject,
  GetProject,
  ListProjects,
  Page,
  Project,
  UpdateProject,
} from "@gatehouse/shared";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { Project as ProjectRow } from "../../database/generated/client.ts";
import { readPage } from "../../database/paging.ts";

export async function createProject(
  { db, now, workspace }: WorkspaceContext,
  { name, description }: CreateProject,
): Promise<Project> {
  return toProject(
    await db.project.create({ data: { workspaceId: workspace.id, name, description, createdAt: now() } }),
  );
}

/** The newest first. */
export async function listProjects(
  { db, workspace }: WorkspaceContext,
  input: ListProjects,
): Promise<Page<Project>> {
  const page = await readPage(input, ({ older, ...slice }) =>
    db.project.findMany({ where: { ...older, workspaceId: workspace.id }, ...slice }),
  );
  return { ...page, items: page.items.map(toProject) };
}

/** @throws AppError NOT_FOUND, for a project of another workspace as for one that does not exist */
export async function getProject(
  { db, workspace }: WorkspaceContext,
  { projectId }: GetProject,
): Promise<Project> {
  const row = await db.project.findFirst({ where: { id: projectId, workspaceId: workspace.id } });
  if (row === null) throw new AppError("NOT_FOUND");
  return toProject(row);
}

/**
 * Changes what the input names and counts the version on.
 *
 * @throws AppError NOT_FOUND; VERSION_CONFLICT where the input names a version and it is no longer the current one
 */
export async function updateProject(ctx: WorkspaceContext, input: UpdateProject): Promise<Project> {
  const { projectId, version, name, description } = input;
  const mine = { id: projectId, workspaceId: ctx.workspace.id };
  const [updated] = await ctx.db.project.updateManyAndReturn({
    where: { ...mine, ...(version === undefined ? {} : { version }) },
    data: {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      version: { increment: 1 },
      updatedAt: ctx.now(),
    },
  });
  if (updated !== undefined) return toProject(updated);
  const exists = version !== undefined && (await ctx.db.project.count({ where: mine })) > 0;
  throw new AppError(exists ? "VERSION_CONFLICT" : "NOT_FOUND");
}

/** @throws AppError NOT_FOUND */
export async function deleteProject(
  { db, workspace }: WorkspaceContext,
  { projectId }: DeleteProject,
): Promise<DeletedProject> {
  const { count } = await db.project.deleteMany({ where: { id: projectId, workspaceId: workspace.id } });
  if (count === 0) throw new AppError("NOT_FOUND");
  return { id: projectId, deleted: true };
}

function toProject(row: ProjectRow): Project {
  const { id, workspaceId, name, description, version } = row;
  return {
    id,
    workspaceId,
    name,
    description,
    version,
    archivedAt: row.archivedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
