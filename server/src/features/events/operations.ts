import { toBeToldOf } from "@gatehouse/shared";
import type { Permission, SubscribeToEvents, WorkspaceEvent } from "@gatehouse/shared";
import type { WorkspaceContext } from "../../access/contexts.ts";
import type { Changes } from "../../database/changes.ts";
import type { WorkspaceEvent as EventRow } from "../../database/generated/client.ts";
import type { Database } from "../../database/open.ts";
import type { Subject } from "../../database/rights.ts";
import { openBell } from "./bell.ts";
import { openLease } from "./lease.ts";

/** An event, and the id from which a reader goes on after it. */
export interface NumberedEvent {
  id: string;
  event: WorkspaceEvent;
}

export interface WatchTools {
  db: Database;
  changes: Changes;
  workspace: Pick<WorkspaceContext["workspace"], "id">;
  principal: WorkspaceContext["principal"];
  member: WorkspaceContext["member"];
  /** What the reader may do in the workspace now. Rejects once he may not be there any more. */
  grantedNow: () => Promise<ReadonlySet<Permission>>;
}

/** So many are read at once. A slow reader is waited for: nothing gathers in memory meanwhile. */
const AT_ONCE = 100;
/** Even where nothing happens, whoever lost his rights is sent away by then. */
const LONGEST_WAIT_MS = 25_000;

/**
 * What changes in a workspace until the signal ends it, without gaps, as far as the reader may see it.
 *
 * @throws AppError what the guard refuses with, as soon as the reader's rights have ended
 */
export async function* watchWorkspace(
  tools: WatchTools,
  { lastEventId }: SubscribeToEvents,
  signal: AbortSignal,
): AsyncGenerator<NumberedEvent, void> {
  const { db, changes, workspace } = tools;
  const waiting = { topic: `workspace:${workspace.id}`, subjects: subjectsOf(tools) };
  // The bell hangs before the first look, or what happens between the two would be waited for in vain.
  const bell = openBell(changes, waiting);
  const lease = openLease(db, workspace.id);
  try {
    await lease.renew();
    const start = await findStart(db, workspace.id, lastEventId);
    yield { id: String(start.number), event: { kind: start.kind } };
    let heard = start.number;
    while (!signal.aborted) {
      const granted = await tools.grantedNow();
      // Before each look, however long the reader has let us wait for him.
      await lease.renew();
      const rows = await db.workspaceEvent.findMany({
        where: { workspaceId: workspace.id, number: { gt: heard } },
        orderBy: { number: "asc" },
        take: AT_ONCE,
      });
      for (const row of rows) {
        heard = row.number;
        if (maySee(granted, row)) yield { id: String(heard), event: toEvent(row) };
      }
      if (rows.length < AT_ONCE) await bell.heard(LONGEST_WAIT_MS, signal);
    }
  } finally {
    bell.close();
  }
}

/** Whose change may end what the reader may do. */
function subjectsOf({ workspace, principal, member }: WatchTools): Subject[] {
  const place: Subject[] = [`workspace:${workspace.id}`];
  if (member !== null) place.push(`user:${member.userId}`);
  switch (principal.kind) {
    case "user":
      return principal.sessionId === null ? place : [...place, `session:${principal.sessionId}`];
    case "apiKey":
      return [...place, `key:${principal.keyId}`, `user:${principal.ownerId}`];
    case "machine":
      return [...place, `machine:${principal.machineId}`];
    case "organization":
      return place;
  }
}

/** Where a reader goes on: after what he heard last, or from now on where that is unknown or cannot be told in full. */
async function findStart(
  db: Database,
  workspaceId: string,
  lastEventId: string | undefined,
): Promise<{ kind: "ready" | "reset"; number: bigint }> {
  const [row] = await db.$queryRaw<{ last: bigint; first: bigint | null }[]>`
    SELECT last_number AS last,
      (SELECT min(number) FROM workspace_events e WHERE e.workspace_id = f.workspace_id) AS first
    FROM workspace_feeds f WHERE workspace_id = ${workspaceId}::uuid`;
  const last = row?.last ?? 0n;
  if (lastEventId === undefined) return { kind: "ready", number: last };
  const heard = BigInt(lastEventId);
  const oldest = row?.first ?? last + 1n;
  return heard >= oldest - 1n && heard <= last
    ? { kind: "ready", number: heard }
    : { kind: "reset", number: last };
}

function maySee(granted: ReadonlySet<Permission>, { targetType }: EventRow): boolean {
  const needed = toBeToldOf(targetType);
  return needed !== null && granted.has(needed);
}

function toEvent({ action, targetType, targetId, createdAt }: EventRow): WorkspaceEvent {
  const subject = { type: targetType, id: targetId };
  return { kind: "changed", action, subject, createdAt: createdAt.toISOString() };
}
