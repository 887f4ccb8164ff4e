import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCallers } from "../../server/src/access/caller-row.ts";
import type { Caller, Sought } from "../../server/src/access/caller-row.ts";
import type { OpenDatabase } from "../../server/src/database/open.ts";
import { openTestDatabase } from "../support/database.ts";

/** `early` was made for a membership and is not known yet; `nobody` does not exist; `gone` was deleted. */
const PEOPLE = ["ada", "bob", "banned", "gone", "early", "nobody"] as const;
const MEMBERS = { ada: "owner", bob: "viewer", banned: "member" } as const;
const clerkIdOf = (name: string): string => `user_${name}`;

let database: OpenDatabase;
let close: () => Promise<void>;
const [home, elsewhere, nowhere] = [randomUUID(), randomUUID(), randomUUID()];

beforeAll(async () => {
  ({ database, close } = await openTestDatabase());
  const { db } = database;
  const at = new Date();
  for (const [id, slug] of [
    [home, "home"],
    [elsewhere, "elsewhere"],
  ] as const)
    await db.workspace.create({ data: { id, name: slug, slug } });
  for (const name of PEOPLE) {
    if (name === "nobody") continue;
    const told = {
      banned: name === "banned",
      deletedAt: name === "gone" ? at : null,
      clerkUpdatedAt: name === "early" ? new Date(0) : at,
    };
    const { id: userId } = await db.user.create({ data: { clerkId: clerkIdOf(name), name, ...told } });
    const role = name in MEMBERS ? MEMBERS[name as keyof typeof MEMBERS] : null;
    if (role !== null) await db.workspaceMember.create({ data: { workspaceId: home, userId, role } });
  }
  for (const status of ["active", "revoked"] as const)
    await db.session.create({
      data: { id: `sess_${status}`, clerkUserId: clerkIdOf("ada"), status, clerkUpdatedAt: at },
    });
});
afterAll(() => close());

/** What anybody may ask about anybody. */
const Question: fc.Arbitrary<Sought> = fc.record({
  clerkId: fc.constantFrom(...PEOPLE).map(clerkIdOf),
  sessionId: fc.constantFrom(null, "sess_active", "sess_revoked", "sess_unheard"),
  workspaceId: fc.constantFrom(null, home, elsewhere, nowhere),
});

/** What the answer must be, from who he is and not from what was read. */
function expectTrue(caller: Caller | null, { clerkId, sessionId, workspaceId }: Sought): void {
  const name = clerkId.replace("user_", "");
  if (name === "nobody" || name === "early") return expect(caller).toBeNull();
  const role = name in MEMBERS && workspaceId === home ? MEMBERS[name as keyof typeof MEMBERS] : undefined;
  expect(caller).toMatchObject({
    sought: { clerkId, sessionId, workspaceId },
    user: { clerkId, name },
    isDeleted: name === "gone",
    isBanned: name === "banned",
    sessionIsOpen: sessionId !== "sess_revoked",
  });
  expect([caller?.membership?.role, caller?.membership?.workspace.id]).toEqual([role, role && home]);
}

test("who is asked for with others is found as he is found alone: nobody gets another one's name or rights", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Question, { minLength: 1, maxLength: 30 }), async (questions) => {
      const callers = await readCallers(questions, database.pool);
      expect(callers).toHaveLength(questions.length);
      for (const [place, question] of questions.entries()) expectTrue(callers[place] ?? null, question);
    }),
    { numRuns: 60 },
  );
});
