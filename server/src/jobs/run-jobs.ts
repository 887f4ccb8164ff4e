import { Cron } from "croner";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Database } from "../database/open.ts";
import { inTransaction } from "../database/transaction.ts";
import type { Job } from "./jobs.ts";

export interface JobServices {
  db: Database;
  log: Log;
  metrics: Pick<Metrics, "jobRan">;
  now: () => Date;
}

export interface RunningJobs {
  /** Starts no further job, and waits for the one under way. */
  stop: () => Promise<void>;
}

const TIME_LIMIT_MS = 60_000;

/** Runs each job when it is due. Every server does; the database sees to it that one of them works. */
export function startJobs(jobs: readonly Job[], services: JobServices): RunningJobs {
  const underWay = new Set<Promise<unknown>>();
  const timers = jobs.map(
    (job) =>
      new Cron(job.schedule, { utcOffset: 0, protect: true, unref: true }, async () => {
        const run = runAndLog(job, services);
        underWay.add(run);
        await run.finally(() => underWay.delete(run));
      }),
  );
  return {
    stop: async () => {
      for (const timer of timers) timer.stop();
      await Promise.all(underWay);
    },
  };
}

async function runAndLog(job: Job, services: JobServices): Promise<void> {
  const { log, metrics, now } = services;
  try {
    const done = await runJob(job, services);
    metrics.jobRan(job.name, done === null ? "elsewhere" : "done", now());
    if (done !== null && done > 0) log.info({ job: job.name, done }, "a job has run");
  } catch (error) {
    // The next run tries again.
    metrics.jobRan(job.name, "failed", now());
    log.error({ err: error, job: job.name }, "a job failed");
  }
}

/**
 * Runs a job in one transaction, under a lock that ends with it however it ends.
 *
 * @returns what the job has done; null where another server is at it
 */
export async function runJob(
  { name, run }: Job,
  { db, now }: Pick<JobServices, "db" | "now">,
): Promise<number | null> {
  return inTransaction(
    db,
    async (tx) => {
      const [row] = await tx.$queryRaw<{ free: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(hashtextextended(${`job:${name}`}, 0)) AS free`;
      return row?.free === true ? run({ tx, at: now() }) : null;
    },
    { timeoutMs: TIME_LIMIT_MS },
  );
}
