import type { Log } from "../base/log.ts";
import type { OpenDatabase } from "../database/open.ts";
import { openBell } from "../features/events/bell.ts";
import { tell } from "./happenings.ts";
import type { Hooks, Kind } from "./happenings.ts";

export interface RunningHooks {
  /** Tells nothing more, and waits for the hook under way. */
  stop: () => Promise<void>;
}

/** For whatever was rung while the line was cut, and for what is due again. */
const LONGEST_WAIT_MS = 10_000;
/** A server that dies while it tells leaves the rest of this time until another one does. */
const LEASE_SECONDS = 300;

/** Tells a product what has happened, as long as the server runs. Nothing is read where it wants to hear nothing. */
export function startHooks(
  hooks: Hooks,
  { database, log }: { database: OpenDatabase; log: Log },
): RunningHooks {
  const kinds = Object.entries(hooks).flatMap(([kind, hook]) => (hook === undefined ? [] : [kind]));
  if (kinds.length === 0) return { stop: () => Promise.resolve() };
  const stopped = new AbortController();
  const bell = openBell(database.changes, { topic: "happenings", subjects: [] });
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const more = await tellNext(kinds, hooks, { database, log }).catch((error: unknown) => {
        log.warn({ err: error }, "what has happened could not be read");
        return false;
      });
      if (!more) await bell.heard(LONGEST_WAIT_MS, stopped.signal);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped.abort();
      await running;
      bell.close();
    },
  };
}

interface Claimed {
  number: bigint;
  kind: Kind;
  subjectId: string;
  attempts: number;
}

/** False where nothing is due. */
async function tellNext(
  kinds: readonly string[],
  hooks: Hooks,
  { database: { db }, log }: { database: OpenDatabase; log: Log },
): Promise<boolean> {
  // Claimed in a statement of its own, because a hook that held a transaction open would be the only one in the embedded
  // database. Times are the database's: it wrote the rows.
  const [claimed] = await db.$queryRaw<Claimed[]>`
    UPDATE happenings SET attempts = attempts + 1, next_at = now() + make_interval(secs => ${LEASE_SECONDS}::float8)
    WHERE number = (
      SELECT number FROM happenings WHERE kind = ANY(${kinds}) AND next_at <= now()
      ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING number, kind, subject_id AS "subjectId", attempts`;
  if (claimed === undefined) return false;
  const { number, kind, attempts } = claimed;
  try {
    await tell(hooks, claimed, { db, log });
    await db.happening.deleteMany({ where: { number } });
  } catch (error) {
    log.error({ err: error, hook: kind, attempts }, "a hook failed and is tried again");
    const nextAt = pauseSeconds(attempts);
    await db.$executeRaw`
      UPDATE happenings SET next_at = now() + make_interval(secs => ${nextAt}::float8) WHERE number = ${number}`;
  }
  return true;
}

/** Ten seconds after the first failure, then twice as long each time, at most an hour. */
function pauseSeconds(attempts: number): number {
  return Math.min(3_600, 5 * 2 ** attempts);
}
