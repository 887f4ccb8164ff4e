import { AppError } from "../base/app-error.ts";
import type { Config } from "../base/config.ts";
import type { Log } from "../base/log.ts";
import type { Database } from "../database/open.ts";
import { inTransaction } from "../database/transaction.ts";
import { readAnsweredUser } from "../mirror/clerk-answer.ts";
import { applyUser } from "../mirror/users.ts";
import type { ClerkApi } from "../providers/clerk.ts";

export interface ProvisioningTools {
  db: Database;
  clerkApi: ClerkApi;
  provisioning: Config["provisioning"];
  log: Log;
}

/**
 * Makes the local row of a user who is at the door before his webhook.
 *
 * Callers who come while the same user is being asked for wait for that one answer.
 *
 * @throws AppError USER_NOT_SYNCED where only webhooks may make users; UNAVAILABLE where Clerk cannot be reached
 */
export function openProvisioning(tools: ProvisioningTools): (clerkId: string) => Promise<void> {
  if (tools.provisioning === "webhook-only") return () => Promise.reject(new AppError("USER_NOT_SYNCED"));
  const underWay = new Map<string, Promise<void>>();
  return (clerkId) => {
    const earlier = underWay.get(clerkId);
    if (earlier !== undefined) return earlier;
    const now = provision(clerkId, tools).finally(() => underWay.delete(clerkId));
    underWay.set(clerkId, now);
    return now;
  };
}

async function provision(clerkId: string, { db, clerkApi, log }: ProvisioningTools): Promise<void> {
  const json = await clerkApi.getUser(clerkId);
  if (json === null) return;
  const user = readAnsweredUser(json, log);
  await inTransaction(db, (tx) => applyUser(tx, user));
}
