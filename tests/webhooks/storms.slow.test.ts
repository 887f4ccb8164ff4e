import { expect } from "vitest";
import { testOnPostgres } from "../support/database.ts";
import { openSecondNode } from "../support/second-node.ts";
import { testServer } from "../support/server.ts";
import { signUp } from "../support/world.ts";
import { askDuring, newestNames, sendStorm } from "./storm.ts";

testOnPostgres(
  "ten thousand changes of a hundred users on two servers end with the newest, and callers are answered all the time",
  { timeout: 600_000 },
  async () => {
    const server = await testServer();
    const second = await openSecondNode(server);
    const ada = await signUp("ada");
    const servers = [server, { url: second.url, running: second }];
    const storm = { name: "hurricane", events: 10_000, users: 100, servers };
    try {
      const sending = sendStorm(storm);
      const [, health, calls] = await Promise.all([
        sending,
        askDuring(sending, async () => (await fetch(`${second.url}/healthz`)).status),
        askDuring(sending, async () => {
          const headers = { authorization: `Bearer ${ada.token}` };
          return (await fetch(`${server.url}/trpc/me.get`, { headers })).status;
        }),
      ]);

      expect([...health.keys()]).toEqual([200]);
      expect([...calls.keys()]).toEqual([200]);
      const { db } = server.running.services.database;
      const rows = await db.user.findMany({ where: { clerkId: { startsWith: "user_hurricane" } } });
      expect(Object.fromEntries(rows.map(({ clerkId, name }) => [clerkId, name]))).toEqual(
        newestNames(storm),
      );
      expect(await db.webhookEvent.count({ where: { id: { startsWith: "msg_hurricane" } } })).toBe(10_000);
    } finally {
      await second.stop();
    }
  },
);
