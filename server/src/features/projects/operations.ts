import type { CreateProject, GetProject, ListProjects, Page, Project } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { requireRoom } from "../../access/limits.ts";
import { AppError } from "../../base/app-error.ts";
import type { Project as ProjectRow } from "../../database/generated/client.ts";
import { literal, readPage } from "../../database/paging.ts";
import { inTransaction } from "../../database/transaction.ts";

/** @throws AppError LIMIT_REACHED */
export async function createProject(
  ctx: WorkspaceContext,
  { name, description }: CreateProject,
): Promise<Project> {
  const { db, now, limits } = ctx;
  const workspaceId = ctx.workspace.id;
  return inTransaction(db, async (tx) => {
    const count = () => tx.project.count({ where: { workspaceId } });
    await requireRoom(tx, { workspaceId, limits, limit: "projects", count });
    const row = await tx.project.create({ data: { workspaceId, name, description, createdAt: now() } });
    await recordAudit(tx, ctx, {
      action: "projects.create",
      target: { type: "project", id: row.id },
      workspaceId,
      after: { name, description },
    });
    return toProject(row);
  });
}

/** The newest first; archived ones only where they are asked for. */
export async function listProjects(
  { db, workspace }: WorkspaceContext,
  { search, archived, ...input }: ListProjects,
): Promise<Page<Project>> {
  const named =
    search === undefined ? {} : { name: { contains: literal(search), mode: "insensitive" as const } };
  const kept = archived ? { archivedAt: { not: null } } : { archivedAt: null };
  const page = await readPage(input, ({ older, ...slice }) =>
    db.project.findMany({ where: { ...older, ...named, ...kept, workspaceId: workspace.id }, ...slice }),
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

export function toProject(row: ProjectRow): Project {
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
