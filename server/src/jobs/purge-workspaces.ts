import { recordAudit } from "../access/audit.ts";
import { SYSTEM_ACTOR } from "../access/actor.ts";
import { restorableSince } from "../access/restorable.ts";
import type { JobTools } from "./jobs.ts";

/** So many a run, so that a backlog is worked off in short transactions. */
const MOST_AT_ONCE = 100;

/** Deletes for good what can no longer be restored. The ledger and the audit trail stay. */
export async function purgeWorkspaces({ tx, at }: JobTools): Promise<number> {
  const due = await tx.workspace.findMany({
    where: { deletedAt: { lte: restorableSince(at) } },
    select: { id: true },
    orderBy: { deletedAt: "asc" },
    take: MOST_AT_ONCE,
  });
  for (const { id } of due) {
    await tx.workspace.delete({ where: { id } });
    await recordAudit(
      tx,
      { actor: SYSTEM_ACTOR, now: () => at, requestId: null },
      { action: "workspaces.purge", target: { type: "workspace", id }, workspaceId: id },
    );
  }
  return due.length;
}
