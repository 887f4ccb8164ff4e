import { randomUUID } from "node:crypto";
import { AppError } from "../../base/app-error.ts";
import type { Database } from "../../database/open.ts";

/** Where a comparison was when it was stopped. */
export interface Place {
  step: string;
  position: string | null;
}

/** The right to compare, which one at a time has. */
export interface Lease {
  /** Where the one before was stopped; null where it came to its end, or long ago. */
  resumeAt: Place | null;
  /** Keeps the right for a while longer, and notes how far it has come where a place is given. */
  renew: (place?: Place) => Promise<void>;
  /** Gives it back. Null: it came to its end, and the next one begins at the beginning. */
  release: (place: Place | null) => Promise<void>;
}

/** Longer than the longest wait that Clerk asks for. Whoever was killed is followed after it. */
const LEASE_MS = 120_000;
/** What was compared longer ago is compared again. */
const STALE_MS = 3_600_000;

const NAME = "clerk";

/**
 * A lease and no lock: it needs no connection of its own, works in the embedded database, and ends by itself.
 *
 * @throws AppError UNAVAILABLE while somebody else is at it
 */
export async function takeLease(db: Database, now: () => Date): Promise<Lease> {
  const leaseId = randomUUID();
  const until = (): Date => new Date(now().getTime() + LEASE_MS);
  const taken = await db.$executeRaw`
    INSERT INTO sync_runs (name, lease_id, leased_until) VALUES (${NAME}, ${leaseId}::uuid, ${until()})
    ON CONFLICT (name) DO UPDATE SET lease_id = ${leaseId}::uuid, leased_until = ${until()}
      WHERE sync_runs.leased_until IS NULL OR sync_runs.leased_until < ${now()}`;
  if (taken === 0)
    throw new AppError("UNAVAILABLE", {
      detail: "Clerk and this server are being compared already.",
      retryAfterSeconds: LEASE_MS / 1_000,
    });
  const { step, position, savedAt } = await db.syncRun.findUniqueOrThrow({ where: { name: NAME } });
  const isFresh = savedAt !== null && now().getTime() - savedAt.getTime() < STALE_MS;
  const change = async (data: object): Promise<void> => {
    const { count } = await db.syncRun.updateMany({ where: { name: NAME, leaseId }, data });
    if (count === 0) throw new AppError("UNAVAILABLE", { detail: "Another comparison has taken over." });
  };
  return {
    resumeAt: step !== null && isFresh ? { step, position } : null,
    renew: (place) =>
      change({ leasedUntil: until(), ...(place === undefined ? {} : { ...place, savedAt: now() }) }),
    release: async (place) => {
      const data = {
        leasedUntil: null,
        leaseId: null,
        ...(place ?? { step: null, position: null }),
        savedAt: now(),
      };
      await db.syncRun.updateMany({ where: { name: NAME, leaseId }, data });
    },
  };
}
