import type { Transaction } from "../database/open.ts";
import { pruneWebhookEvents } from "../features/webhooks/prune.ts";
import { pruneHappenings } from "./prune-happenings.ts";
import { pruneEvents } from "./prune-events.ts";
import { pruneSessions } from "./prune-sessions.ts";
import { purgeWorkspaces } from "./purge-workspaces.ts";
import { lapseHolds, pruneAnswers } from "./tidy-credits.ts";

/** What a job is handed: the transaction that it does its work in, and the time. */
export interface JobTools {
  tx: Transaction;
  at: Date;
}

/** Work that nobody asks for. It may run again at any time, on any server, and then finds nothing left to do. */
export interface Job {
  name: string;
  /** When, as cron writes it, in UTC. */
  schedule: string;
  /** Answers how many things were done. */
  run: (tools: JobTools) => Promise<number>;
}

export function everyJob(clerk: { maxTokenLifetimeSeconds: number }): readonly Job[] {
  return [
    { name: "purge-workspaces", schedule: "17 * * * *", run: purgeWorkspaces },
    { name: "lapse-holds", schedule: "* * * * *", run: lapseHolds },
    { name: "prune-answers", schedule: "43 * * * *", run: pruneAnswers },
    { name: "prune-webhooks", schedule: "29 4 * * *", run: pruneWebhookEvents },
    { name: "prune-events", schedule: "11 3 * * *", run: pruneEvents },
    { name: "prune-happenings", schedule: "37 3 * * *", run: pruneHappenings },
    { name: "prune-sessions", schedule: "7 5 * * *", run: pruneSessions(clerk) },
  ];
}
