import { expect, test } from "vitest";
import { testOnPostgres } from "../support/database.ts";
import { openSecondNode } from "../support/second-node.ts";
import { testServer } from "../support/server.ts";
import { signUp } from "../support/world.ts";
import { deliver } from "./deliver.ts";
import { newestNames, sendStorm } from "./storm.ts";

const AT = 1_744_276_393_644;

test("a storm of changes ends with the newest of each user, whatever their order", async () => {
  const server = await testServer();
  const storm = { name: "breeze", events: 100, users: 10, servers: [server] };

  await sendStorm(storm);

  const rows = await server.running.services.database.db.user.findMany({
    where: { clerkId: { startsWith: "user_breeze" } },
  });
  expect(Object.fromEntries(rows.map(({ clerkId, name }) => [clerkId, name]))).toEqual(newestNames(storm));
});

testOnPostgres(
  "what is more than a server can hold is sent back at once, and callers do not notice",
  async () => {
    const server = await testServer();
    const ada = await signUp("ada");
    const { pool } = server.running.services.database;
    const holder = await pool.connect();
    try {
      // Nothing of this user can be applied until the lock is given back: four messages work, sixty-four wait.
      await holder.query("BEGIN");
      await holder.query("SELECT pg_advisory_xact_lock(hashtextextended('clerk:user_held', 0))");
      const answers: Response[] = [];
      const all = Array.from({ length: 75 }, async (_, index) => {
        const data = { id: "user_held", first_name: `Name ${index}`, updated_at: AT + index };
        const body = JSON.stringify({ type: "user.updated", data, timestamp: AT + index });
        answers.push(await deliver(body, { id: `msg_held${index}` }));
      });

      await expect.poll(() => answers.length, { timeout: 10_000 }).toBe(7);
      for (const answer of answers.slice(0, 7)) {
        expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
        expect(await answer.json()).toMatchObject({ code: "UNAVAILABLE" });
      }
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      expect((await ada.api.me.get.query()).id).toBe(ada.userId);
      expect(answers).toHaveLength(7);

      await holder.query("COMMIT");
      await Promise.all(all);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(68);
      expect(server.log.takeErrors()).toHaveLength(7);
    } finally {
      await holder.query("ROLLBACK");
      holder.release();
    }
  },
);

testOnPostgres("fifty copies of one event at once, on two servers, have one effect", async () => {
  const server = await testServer();
  const second = await openSecondNode(server);
  const nodes = [server, { url: second.url, running: second }];
  const times = { created_at: AT, updated_at: AT };
  const data = {
    id: "orgmem_storm",
    role: "org:member",
    organization: { id: "org_storm", name: "Acme", slug: "storm", ...times },
    public_user_data: { user_id: "user_storm" },
    ...times,
  };
  const body = JSON.stringify({ type: "organizationMembership.created", data, timestamp: AT });
  try {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, copy) =>
        deliver(body, { id: "msg_storm_on_two", server: nodes[copy % 2]! }),
      ),
    );
    const outcomes = await Promise.all(answers.map((each) => each.json() as Promise<{ outcome: string }>));
    expect(outcomes.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === "repeat")).toHaveLength(49);
    const lines = { where: { requestId: "msg_storm_on_two" } };
    expect(await server.running.services.database.db.auditEntry.count(lines)).toBe(1);
  } finally {
    await second.stop();
  }
});
