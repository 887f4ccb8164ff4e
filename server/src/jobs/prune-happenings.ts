import { DAY_MS } from "../base/instants.ts";
import type { JobTools } from "./jobs.ts";

const KEPT_MS = 7 * DAY_MS;

/** Forgets what nobody has wanted to hear, or could be made to. */
export async function pruneHappenings({ tx, at }: JobTools): Promise<number> {
  const { count } = await tx.happening.deleteMany({
    where: { createdAt: { lt: new Date(at.getTime() - KEPT_MS) } },
  });
  return count;
}
