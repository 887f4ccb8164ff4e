import type { JobTools } from "./jobs.ts";

/** Servers' clocks differ by seconds; an hour costs nothing. */
const MARGIN_MS = 3_600_000;

/**
 * Forgets sessions that are over, once no token of theirs can be in its time any more. Before that the row is what
 * refuses the token: a session that is not known here is taken for one whose webhook is late.
 */
export function pruneSessions({ maxTokenLifetimeSeconds }: { maxTokenLifetimeSeconds: number }) {
  const keptMs = maxTokenLifetimeSeconds * 1_000 + MARGIN_MS;
  return async ({ tx, at }: JobTools): Promise<number> => {
    const { count } = await tx.session.deleteMany({
      where: { closedAt: { lt: new Date(at.getTime() - keptMs) } },
    });
    return count;
  };
}
