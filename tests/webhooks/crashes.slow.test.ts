import { createClerkClient } from "@clerk/backend";
import type { ClerkClient } from "@clerk/backend";
import { Client } from "pg";
import { expect } from "vitest";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import type { LocalClerk } from "../../server/src/local-clerk/open.ts";
import { openRaceDatabase, testOnPostgres } from "../support/database.ts";
import { startProcess } from "../support/server-process.ts";

/** Each of them signs up, founds an organization, which makes him a member of it, and changes his name. */
const PEOPLE = 125;
const EVENTS = PEOPLE * 4;

testOnPostgres(
  "a server that is killed in the middle of five hundred events loses none and applies none twice",
  { timeout: 180_000 },
  async () => {
    const { url: databaseUrl, drop } = await openRaceDatabase();
    // Svix would wait five seconds, five minutes, half an hour: a three hundredth of that is enough for a restart.
    const provider = await openLocalClerk({ port: 0, retryFactor: 0.003 });
    const clerk = openControls(provider);
    const env = {
      DATABASE_URL: databaseUrl,
      CLERK_SECRET_KEY: provider.secretKey,
      CLERK_API_URL: provider.url,
      CLERK_ISSUER: provider.issuer,
      CLERK_WEBHOOK_SIGNING_SECRET: provider.webhookSecret,
    };
    let server = await startProcess(env);
    try {
      // Three endpoints, so that several events are under way at once and parents come after their children.
      for (const noun of ["user", "organization", "organizationMembership"])
        await clerk.addWebhookEndpoint({
          url: `${server.url}/webhooks/clerk?of=${noun}`,
          events: [`${noun}.created`, `${noun}.updated`],
        });
      await clerk.options({ paused: true });
      await fill(provider);
      await clerk.options({ paused: false });

      await untilAtMost(EVENTS / 2, async () => (await clerk.deliveries()).length);
      await server.kill("SIGKILL");
      const waiting = await clerk.deliveries();
      expect(waiting.length).toBeGreaterThan(EVENTS / 4);

      server = await startProcess({ ...env, PORT: new URL(server.url).port });
      await clerk.settled();

      expect(await clerk.messages()).toHaveLength(EVENTS);
      expect(await shownHere(databaseUrl)).toEqual(await shownAtClerk(provider));
      expect(await receipts(databaseUrl)).toEqual({ events: EVENTS, applied: EVENTS, lines: PEOPLE * 2 });
    } finally {
      await server.kill("SIGKILL");
      await provider.close();
      await drop();
    }
  },
);

function sdkOf({ secretKey, url }: LocalClerk): ClerkClient {
  return createClerkClient({ secretKey, apiUrl: url, telemetry: { disabled: true } });
}

async function fill(provider: LocalClerk): Promise<void> {
  const { users, organizations } = sdkOf(provider);
  for (let index = 0; index < PEOPLE; index++) {
    const { id } = await users.createUser({ emailAddress: [`p${index}@example.com`], firstName: "Before" });
    await organizations.createOrganization({ name: `Organization ${index}`, createdBy: id });
    await users.updateUser(id, { firstName: `Person ${index}` });
  }
}

async function untilAtMost(most: number, count: () => Promise<number>): Promise<void> {
  while ((await count()) > most);
}

/** Users and members, in lines that are the same on both sides. */
async function shownAtClerk(provider: LocalClerk): Promise<string[]> {
  const { users, organizations } = sdkOf(provider);
  const people = (await users.getUserList({ limit: 500 })).data;
  const members = (await organizations.getInstanceOrganizationMembershipList({ limit: 500 })).data;
  return [
    ...people.map(({ id, firstName }) => `${id} is ${firstName}`),
    ...members.map(
      ({ id, organization, publicUserData }) =>
        `${publicUserData?.userId} is owner of ${organization.name} by ${id}`,
    ),
  ].toSorted();
}

async function shownHere(databaseUrl: string): Promise<string[]> {
  const rows = await ask<{ line: string }>(
    databaseUrl,
    `SELECT clerk_id || ' is ' || name AS line FROM users
     UNION ALL
     SELECT u.clerk_id || ' is ' || m.role || ' of ' || w.name || ' by ' || m.clerk_membership_id
       FROM workspace_members m JOIN users u ON u.id = m.user_id JOIN workspaces w ON w.id = m.workspace_id`,
  );
  return rows.map(({ line }) => line).toSorted();
}

/** What the inbox remembers, and the lines of the audit trail: one for each organization and each membership. */
async function receipts(databaseUrl: string): Promise<unknown> {
  const [row] = await ask(
    databaseUrl,
    `SELECT (SELECT count(*)::int FROM webhook_events) AS events,
            (SELECT count(*)::int FROM webhook_events WHERE outcome = 'applied') AS applied,
            (SELECT count(*)::int FROM audit_entries) AS lines`,
  );
  return row;
}

async function ask<Row extends object>(databaseUrl: string, query: string): Promise<Row[]> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    return (await client.query<Row>(query)).rows;
  } finally {
    await client.end();
  }
}
