import type { CreateProject, GetProject, ListProjects, Page, Project } from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { requireRoom } from "../../access/limits.ts";
import { AppError } from "../../base/app-error.ts";
import { uuidV7Of } from "../../base/uuid-v7.ts";
import { ISO_UTC } from "../../database/by-hand.ts";
import type { RawTransaction } from "../../database/by-hand.ts";
import { Prisma } from "../../database/generated/client.ts";
import type { Project as ProjectRow } from "../../database/generated/client.ts";
import { literal, readPage, sliceOf } from "../../database/paging.ts";

/** A project as it goes out. */
const PROJECT = Prisma.sql`id, workspace_id AS "workspaceId", name, description, version,
  to_char(archived_at AT TIME ZONE 'UTC', ${ISO_UTC}) AS "archivedAt",
  to_char(created_at AT TIME ZONE 'UTC', ${ISO_UTC}) AS "createdAt",
  to_char(updated_at AT TIME ZONE 'UTC', ${ISO_UTC}) AS "updatedAt"`;

/** @throws AppError LIMIT_REACHED */
export async function createProject(
  ctx: WorkspaceContext,
  { name, description }: CreateProject,
): Promise<Project> {
  const { byHand, now, limits } = ctx;
  const { id: workspaceId } = ctx.workspace;
  return byHand.inTransaction(async (tx) => {
    await requireRoom(tx, {
      workspaceId,
      limits,
      limit: "projects",
      count: () => countProjects(tx, workspaceId),
    });
    const at = now();
    const [project] = await tx.$queryRaw<[Project]>`
      INSERT INTO projects (id, workspace_id, name, description, created_at, updated_at)
      VALUES (${uuidV7Of(at)}::uuid, ${workspaceId}::uuid, ${name}, ${description}, ${at}, ${at})
      RETURNING ${PROJECT}`;
    await recordAudit(tx, ctx, {
      action: "projects.create",
      target: { type: "project", id: project.id },
      workspaceId,
      after: { name, description },
    });
    return project;
  });
}

async function countProjects(tx: RawTransaction, workspaceId: string): Promise<number> {
  const [{ count }] = await tx.$queryRaw<[{ count: number }]>`
    SELECT count(*)::int AS count FROM projects WHERE workspace_id = ${workspaceId}::uuid`;
  return count;
}

/** The newest first; archived ones only where they are asked for. */
export async function listProjects(
  { byHand, workspace }: WorkspaceContext,
  { search, archived, ...input }: ListProjects,
): Promise<Page<Project>> {
  const kept = archived ? Prisma.sql`archived_at IS NOT NULL` : Prisma.sql`archived_at IS NULL`;
  const named =
    search === undefined ? Prisma.empty : Prisma.sql` AND name ILIKE ${`%${literal(search)}%`}::text`;
  return readPage(input, (slice) =>
    byHand.ask<Project>(Prisma.sql`
      SELECT ${PROJECT} FROM projects
      WHERE ${kept} AND workspace_id = ${workspace.id}::uuid${named}${sliceOf(slice)}`),
  );
}

/** @throws AppError NOT_FOUND, for a project of another workspace as for one that does not exist */
export async function getProject(
  { byHand, workspace }: WorkspaceContext,
  { projectId }: GetProject,
): Promise<Project> {
  const [project] = await byHand.ask<Project>(Prisma.sql`
    SELECT ${PROJECT} FROM projects WHERE id = ${projectId}::uuid AND workspace_id = ${workspace.id}::uuid`);
  if (project === undefined) throw new AppError("NOT_FOUND");
  return project;
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
