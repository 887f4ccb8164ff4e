import { DAY_MS } from "../base/instants.ts";
import type { JobTools } from "./jobs.ts";

/** Who was away for longer reads everything again. */
const KEPT_MS = 7 * DAY_MS;

/** Forgets what changed long ago. Their numbers are not given again. */
export async function pruneEvents({ tx, at }: JobTools): Promise<number> {
  const { count } = await tx.workspaceEvent.deleteMany({
    where: { createdAt: { lt: new Date(at.getTime() - KEPT_MS) } },
  });
  return count;
}
