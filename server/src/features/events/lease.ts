import type { Database } from "../../database/open.ts";

/** For so long a change rings the bell after somebody has said that he watches. */
const LEASE_SECONDS = 120;
/** He says so again after half of that. */
const RENEWED_AFTER_MS = 60_000;

export interface Lease {
  /** Whatever is not found by a look after this will ring the bell, for longer than anybody waits for it. */
  renew: () => Promise<void>;
}

/**
 * Says in the database that somebody watches this workspace. What is committed where nobody does rings no bell: PostgreSQL
 * lets only one transaction commit at a time that rings one.
 */
export function openLease(db: Database, workspaceId: string): Lease {
  let renewedAt = Number.NEGATIVE_INFINITY;
  return {
    renew: async () => {
      const now = performance.now();
      if (now - renewedAt < RENEWED_AFTER_MS) return;
      // The row is held by whoever changes the workspace, until he has committed.
      await db.$executeRaw`
        INSERT INTO workspace_feeds (workspace_id, last_number, watched_until)
        SELECT id, 0, clock_timestamp() + ${LEASE_SECONDS} * interval '1 second'
        FROM workspaces WHERE id = ${workspaceId}::uuid
        ON CONFLICT (workspace_id) DO UPDATE SET watched_until = EXCLUDED.watched_until`;
      renewedAt = now;
    },
  };
}
