import type {
  ArchiveProject,
  DeletedProject,
  DeleteProject,
  Project,
  UnarchiveProject,
  UpdateProject,
} from "@gatehouse/shared";
import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { AppError } from "../../base/app-error.ts";
import type { Prisma, Project as ProjectRow } from "../../database/generated/client.ts";
import type { Transaction } from "../../database/open.ts";
import { inTransaction } from "../../database/transaction.ts";
import { toProject } from "./operations.ts";

/**
 * Changes what the input names and counts the version on.
 *
 * @throws AppError NOT_FOUND; VERSION_CONFLICT where the input names a version and it is no longer the current one
 */
export async function updateProject(ctx: WorkspaceContext, input: UpdateProject): Promise<Project> {
  const { name, description } = input;
  const fields = {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
  };
  return changeProject(ctx, { ...input, action: "projects.update" }, () => fields);
}

/** Takes a project out of the way without losing it. Archiving it twice changes nothing. */
export async function archiveProject(ctx: WorkspaceContext, input: ArchiveProject): Promise<Project> {
  return changeProject(ctx, { ...input, action: "projects.archive" }, ({ archivedAt }) =>
    archivedAt === null ? { archivedAt: ctx.now() } : null,
  );
}

export async function unarchiveProject(ctx: WorkspaceContext, input: UnarchiveProject): Promise<Project> {
  return changeProject(ctx, { ...input, action: "projects.unarchive" }, ({ archivedAt }) =>
    archivedAt === null ? null : { archivedAt: null },
  );
}

/** @throws AppError NOT_FOUND */
export async function deleteProject(
  ctx: WorkspaceContext,
  { projectId }: DeleteProject,
): Promise<DeletedProject> {
  return inTransaction(ctx.db, async (tx) => {
    const before = await holdProject(tx, ctx, projectId);
    await tx.project.delete({ where: { id: before.id } });
    await recordAudit(tx, ctx, {
      action: "projects.delete",
      target: { type: "project", id: projectId },
      workspaceId: ctx.workspace.id,
      before: inAudit(before),
    });
    return { id: projectId, deleted: true };
  });
}

interface Change {
  projectId: string;
  version?: number;
  action: string;
}

type ChangedFields = Partial<Pick<ProjectRow, "name" | "description" | "archivedAt">>;

/**
 * @param fieldsOf what is to change about the row as it is now; null for nothing at all
 */
async function changeProject(
  ctx: WorkspaceContext,
  { projectId, version, action }: Change,
  fieldsOf: (row: ProjectRow) => ChangedFields | null,
): Promise<Project> {
  return inTransaction(ctx.db, async (tx) => {
    const before = await holdProject(tx, ctx, projectId);
    if (version !== undefined && version !== before.version) throw new AppError("VERSION_CONFLICT");
    const fields = fieldsOf(before);
    if (fields === null) return toProject(before);
    const after = await tx.project.update({
      where: { id: before.id },
      data: { ...fields, version: { increment: 1 }, updatedAt: ctx.now() },
    });
    await recordAudit(tx, ctx, {
      action,
      target: { type: "project", id: projectId },
      workspaceId: ctx.workspace.id,
      before: inAudit(before),
      after: inAudit(after),
    });
    return toProject(after);
  });
}

/** The caller's project, held until the transaction ends: what is decided about it, and noted of it, stays true. */
async function holdProject(
  tx: Transaction,
  { workspace }: WorkspaceContext,
  projectId: string,
): Promise<ProjectRow> {
  const [mine] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM projects WHERE id = ${projectId}::uuid AND workspace_id = ${workspace.id}::uuid FOR UPDATE`;
  if (mine === undefined) throw new AppError("NOT_FOUND");
  return tx.project.findUniqueOrThrow({ where: mine });
}

function inAudit({ name, description, archivedAt, version }: ProjectRow): Prisma.InputJsonObject {
  return { name, description, archivedAt: archivedAt?.toISOString() ?? null, version };
}
