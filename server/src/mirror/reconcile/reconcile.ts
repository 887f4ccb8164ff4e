import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../base/app-error.ts";
import { inTransaction } from "../../database/transaction.ts";
import { compareInvitations, findFormerInvitations } from "./invitations.ts";
import { takeLease } from "./lease.ts";
import type { Lease, Place } from "./lease.ts";
import { compareMemberships, findFormerMemberships } from "./memberships.ts";
import { compareOrganizations, findFormerOrganizations } from "./organizations.ts";
import type { Step, StepPage, StepTools } from "./step.ts";
import { compareUsers, findFormerUsers } from "./users.ts";

/** Clerk's ids of what is not here, of what looks different here, and of what is here and not there. */
export interface Differences {
  missing: string[];
  changed: string[];
  extra: string[];
}

export interface ReconcileTools extends StepTools {
  /** Told after every page. */
  onProgress?: (progress: { step: string; compared: number }) => void;
  /** For tests; the real one waits. */
  wait?: (milliseconds: number) => Promise<unknown>;
}

/** Clerk counts our calls. It is asked again as often as this before the comparison gives up. */
const PATIENCE = 10;

/**
 * Compares everything that Clerk holds with the local tables, page by page, and repairs the differences unless it is a
 * dry run. Every repair decides anew by itself, as an event does: what changes meanwhile stands, and nobody who was
 * deleted comes back.
 *
 * A run that was stopped is gone on with, if that was less than an hour ago; it then names what it finds from there on.
 * A dry run always looks at everything.
 *
 * @throws AppError UNAVAILABLE while another one is under way, or where Clerk has no answer for too long
 */
export async function reconcile(
  tools: ReconcileTools,
  { dryRun }: { dryRun: boolean },
): Promise<Differences> {
  const lease = await takeLease(tools.db, tools.now);
  const found: Differences = { missing: [], changed: [], extra: [] };
  let place: Place | null = dryRun ? null : lease.resumeAt;
  let isDone = false;
  try {
    for (const step of remaining(stepsOf(tools), place)) {
      for await (const page of pagesOf(step, place, { tools, lease })) {
        for (const { kind, clerkId, repair } of page.findings) {
          found[kind].push(clerkId);
          if (!dryRun) await inTransaction(tools.db, repair);
        }
        place = { step: step.name, position: page.next };
        await lease.renew(dryRun || page.next === null ? undefined : place);
      }
      place = null;
    }
    isDone = true;
    return found;
  } finally {
    await lease.release(isDone ? null : dryRun ? lease.resumeAt : place);
  }
}

/** What is there is compared from above, so that memberships find their parents; what is not any more, from below. */
function stepsOf(tools: StepTools): Step[] {
  return [
    compareUsers(tools),
    compareOrganizations(tools),
    compareMemberships(tools),
    compareInvitations(tools),
    findFormerInvitations(tools),
    findFormerMemberships(tools),
    findFormerOrganizations(tools),
    findFormerUsers(tools),
  ];
}

function remaining(steps: Step[], place: Place | null): Step[] {
  return steps.slice(
    Math.max(
      0,
      steps.findIndex(({ name }) => name === place?.step),
    ),
  );
}

async function* pagesOf(
  step: Step,
  place: Place | null,
  { tools, lease }: { tools: ReconcileTools; lease: Lease },
): AsyncGenerator<StepPage> {
  let position = place?.step === step.name ? place.position : null;
  let compared = 0;
  do {
    const from = position;
    const page = await patiently(() => step.page(from), { tools, lease });
    compared += page.compared;
    yield page;
    tools.onProgress?.({ step: step.name, compared });
    position = page.next;
  } while (position !== null);
}

/** Waits as long as Clerk says where it has been asked too often, or has no answer. */
async function patiently<Answer>(
  ask: () => Promise<Answer>,
  { tools: { wait = sleep }, lease }: { tools: ReconcileTools; lease: Lease },
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const isBusy = error instanceof AppError && error.code === "UNAVAILABLE";
      if (!isBusy || attempt === PATIENCE) throw error;
      await lease.renew();
      await wait(Math.min(error.retryAfterSeconds ?? 5, 60) * 1_000);
    }
  }
}
