import fc from "fast-check";
import type pg from "pg";
import { expect } from "vitest";
import type { OpenDatabase } from "../../server/src/database/open.ts";
import { inTransaction } from "../../server/src/database/transaction.ts";
import { readClerkEvent } from "../../server/src/features/sync/clerk-events.ts";
import { deliver } from "./deliver.ts";
import { expected } from "./expected.ts";
import { play } from "./model.ts";
import type { Deed, ModelEvent } from "./model.ts";

const user = fc.nat({ max: 1 });
const organization = fc.constant(0);
const lifeOfUser = fc.record({ do: fc.constantFrom("sign up", "rename", "rename", "delete user"), user });
const lifeOfSession = fc.record({
  do: fc.constantFrom("sign in", "sign out", "be revoked", "delete user"),
  user,
});
const lifeOfMembership = fc.record({
  do: fc.constantFrom("retitle", "close", "join", "join", "promote", "demote", "leave"),
  organization,
  user,
});

const both: Deed[] = [
  { do: "sign up", user: 0 },
  { do: "sign up", user: 1 },
];
const founded: Deed[] = [...both, { do: "found", organization: 0, user: 0 }];
const beginning = (first: Deed[], next: fc.Arbitrary<Deed>, maxLength: number): fc.Arbitrary<Deed[]> =>
  fc.array(next, { minLength: 1, maxLength }).map((deeds) => [...first, ...deeds]);

/** The life of users, of sessions, of memberships; and now and then all of it together. */
const history = fc.oneof(
  { weight: 3, arbitrary: beginning([], lifeOfUser, 6) },
  { weight: 3, arbitrary: beginning(both, lifeOfSession, 5) },
  { weight: 3, arbitrary: beginning(founded, lifeOfMembership, 5) },
  { weight: 1, arbitrary: beginning(founded, fc.oneof(lifeOfUser, lifeOfSession, lifeOfMembership), 12) },
);

/** Each event once at least, some twice, in any order: late, lost and sent again. */
function delivered(events: readonly ModelEvent[], keys: readonly number[]): ModelEvent[] {
  const copies = [...events, ...events.filter((_, index) => (keys[index] ?? 0) % 3 === 0)];
  return copies
    .map((event, index) => ({ event, key: keys[(index * 7 + 3) % keys.length] ?? index }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ event }) => event);
}

const keys = fc.array(fc.nat({ max: 10_000 }), { minLength: 61, maxLength: 61 });
const roleOf = (role: string) => (role === "org:admin" ? "admin" : "member");
let runs = 0;

/** In whatever order and however often events come, the tables end as Clerk is. @param numRuns histories to try */
export async function tryHistories({ db, pool }: OpenDatabase, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(history, keys, fc.boolean(), async (deeds, order, cascades) => {
      const run = `${(runs += 1)}x`;
      const told = play(run, deeds, cascades);
      // One transaction for all: what is tested is what the handlers decide, a thousand times.
      await inTransaction(db, async (tx) => {
        for (const { type, data, timestamp } of delivered(told.events, order)) {
          const read = readClerkEvent(type, data);
          if (typeof read === "string") throw new Error(`${type}: ${read}`);
          const facts = { id: `msg_${run}`, type, at: new Date(timestamp) };
          await read.apply(tx, facts, { roleOf, now: () => new Date(timestamp) });
        }
      });
      expect(await shown(pool, run)).toEqual(expected(told));
    }),
    { numRuns },
  );
}

/** The same through the door, with signatures and the inbox. */
export async function tryHistoriesAtTheDoor({ pool }: OpenDatabase, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(history, keys, fc.boolean(), async (deeds, order, cascades) => {
      const run = `${(runs += 1)}d`;
      const told = play(run, deeds, cascades);
      for (const event of delivered(told.events, order)) {
        const { status } = await deliver(JSON.stringify(event), { id: `msg_${run}${event.timestamp}` });
        expect(status).toBe(200);
      }
      expect(await shown(pool, run)).toEqual(expected(told));
    }),
    { numRuns },
  );
}

/** What the tables show of one run, in the words of `expected`. */
async function shown(pool: pg.Pool, run: string): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT clerk_id || ' is ' || name AS line FROM users WHERE deleted_at IS NULL AND clerk_id LIKE $1
     UNION ALL
     SELECT clerk_organization_id || ' is ' || name FROM workspaces
       WHERE deleted_at IS NULL AND clerk_organization_id LIKE $2
     UNION ALL
     SELECT u.clerk_id || ' is ' || m.role || ' of ' || w.clerk_organization_id || ' by ' || m.clerk_membership_id
       FROM workspace_members m JOIN users u ON u.id = m.user_id JOIN workspaces w ON w.id = m.workspace_id
       WHERE w.clerk_organization_id LIKE $2
     UNION ALL
     SELECT id || ' is ' || CASE WHEN status IN ('active', 'pending') THEN 'open' ELSE 'closed' END FROM sessions
       WHERE id LIKE $3`,
    [`user\\_${run}%`, `org\\_${run}%`, `sess\\_${run}%`],
  );
  return rows.map(({ line }) => line).toSorted();
}
