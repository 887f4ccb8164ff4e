import type { AuditEntry, ListAllAuditEntries, ListAuditEntries, Page } from "@gatehouse/shared";
import type { AdminContext, WorkspaceContext } from "../../access/contexts.ts";
import type { AuditEntry as AuditRow, Prisma } from "../../database/generated/client.ts";
import type { Database } from "../../database/open.ts";
import { readPage } from "../../database/paging.ts";

/** What was done in a workspace, the newest first. */
export function listAuditEntries(
  { db, workspace }: WorkspaceContext,
  input: ListAuditEntries,
): Promise<Page<AuditEntry>> {
  return readEntries(db, { ...input, workspaceId: workspace.id });
}

/** What was done in the whole installation, the newest first. */
export function listAllAuditEntries(
  { db }: AdminContext,
  input: ListAllAuditEntries,
): Promise<Page<AuditEntry>> {
  return readEntries(db, input);
}

async function readEntries(db: Database, input: ListAllAuditEntries): Promise<Page<AuditEntry>> {
  const where = whereOf(input);
  const page = await readPage(input, ({ older, ...slice }) =>
    db.auditEntry.findMany({ where: { ...where, ...older }, ...slice }),
  );
  const names = await namesOf(db, page.items);
  return { ...page, items: page.items.map((row) => toAuditEntry(row, names)) };
}

function whereOf(filters: ListAllAuditEntries): Prisma.AuditEntryWhereInput {
  const { workspaceId, action, actorId, targetType, targetId, from, until } = filters;
  return {
    ...(workspaceId === undefined ? {} : { workspaceId }),
    ...(action === undefined ? {} : { action }),
    ...(actorId === undefined ? {} : { actorId }),
    ...(targetType === undefined ? {} : { targetType }),
    ...(targetId === undefined ? {} : { targetId }),
    createdAt: {
      ...(from === undefined ? {} : { gte: new Date(from) }),
      ...(until === undefined ? {} : { lt: new Date(until) }),
    },
  };
}

/** The names behind the actors; who was erased has none. */
async function namesOf(db: Database, rows: readonly AuditRow[]): Promise<ReadonlyMap<string, string | null>> {
  const userIds = rows.flatMap(({ actorKind, actorId }) =>
    actorKind === "user" && actorId !== null ? [actorId] : [],
  );
  const persons = await db.auditPerson.findMany({ where: { userId: { in: [...new Set(userIds)] } } });
  return new Map(persons.map(({ userId, name }) => [userId, name]));
}

export function toAuditEntry(row: AuditRow, names: ReadonlyMap<string, string | null>): AuditEntry {
  const { id, workspaceId, action, credential, impersonatorId, onBehalfOf, requestId } = row;
  const name = row.actorId === null ? null : (names.get(row.actorId) ?? null);
  return {
    id,
    workspaceId,
    action,
    actor: { kind: row.actorKind, id: row.actorId, name, credential, onBehalfOf, impersonatorId },
    target: { type: row.targetType, id: row.targetId },
    before: objectOf(row.before),
    after: objectOf(row.after),
    requestId,
    createdAt: row.createdAt.toISOString(),
  };
}

/** `recordAudit` writes objects only. */
function objectOf(json: Prisma.JsonValue): Record<string, unknown> | null {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? json : null;
}
