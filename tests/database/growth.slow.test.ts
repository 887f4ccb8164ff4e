import { Client } from "pg";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { openLog } from "../../server/src/base/log.ts";
import { Secret } from "../../server/src/base/secret.ts";
import { openDatabase } from "../../server/src/database/open.ts";
import { everyJob } from "../../server/src/jobs/jobs.ts";
import { runJob } from "../../server/src/jobs/run-jobs.ts";
import { openRaceDatabase, testOnPostgres } from "../support/database.ts";
import { growTables, grown } from "../support/grow-tables.ts";
import { explaining, noteReadings } from "../support/plans.ts";
import type { Reading } from "../support/plans.ts";
import { everyProcedure, sampleInput } from "../support/procedures.ts";
import type { ListedProcedure } from "../support/procedures.ts";
import { ADMIN_KEY, openTestServer } from "../support/server.ts";
import type { TestServer } from "../support/server.ts";

/** A million of everything that grows; a workspace holds a hundred of each. */
const SIZE = { workspaces: 10_000, membersPerWorkspace: 100, rowsPerWorkspace: 100 };
/** From here on a table is too large to be read from its beginning to its end. */
const LARGE = 10_000;
/** What one statement may look at in one table: the hundreds of the twenty workspaces of a page, and never what all have. */
const MOST_ROWS = 2_000;

/**
 * What an input can ask beyond what its procedure wants at least. An operator's search for a part of a name is not here:
 * it looks at each user, or workspace, until a page is full.
 */
const FILTERS: Record<string, Record<string, unknown>[]> = {
  "projects.list": [{ search: "Project 7" }, { archived: true }],
  "audit.list": [
    { actorId: grown.userId(1) },
    { targetId: grown.projectId(1) },
    { action: "projects.delete" },
  ],
  "usage.series": [{ apiKeyId: grown.idsOf(1)["apiKeyId"] }],
  "events.subscribe": [{ lastEventId: "50" }],
  "admin.audit.list": [
    { workspaceId: grown.workspaceId(1) },
    { actorId: grown.userId(1) },
    { targetId: grown.projectId(1) },
  ],
  "admin.webhooks.list": [{ outcome: "failed" }, { provider: "stripe" }],
  "admin.workspaces.setTier": [{ workspaceId: grown.workspaceId(1) }],
};

const NOT_ASKED: Record<string, string> = {
  "admin.sync.reconcile": "compares everything with Clerk, page by page",
  "admin.credits.adjust": "wants one of two fields; its account is locked as `credits.spend` locks it",
  "me.sessions.revoke": "wants one of two fields; it reads the caller and asks Clerk",
};

/**
 * What an operator filters by is planned for the values at hand, until PostgreSQL believes that any value will do. Then
 * it walks back through the events until a page is full: a fifth of a second for a million.
 */
const WALKS_BY_GENERIC_PLANS = /^admin\.webhooks\.list by/;

interface Question {
  name: string;
  procedure: ListedProcedure;
  more: Record<string, unknown>;
}

/** Every procedure with what it wants at least, and once more for each of its filters. */
const QUESTIONS: readonly Question[] = everyProcedure()
  .filter(({ path }) => !(path in NOT_ASKED))
  .flatMap((procedure) =>
    [{}, ...(FILTERS[procedure.path] ?? [])].map((more) => ({
      name: [procedure.path, ...Object.keys(more)].join(" by "),
      procedure,
      more,
    })),
  );

describe.skipIf(process.env["TEST_DATABASE_URL"] === undefined)("of a million rows in every table", () => {
  let shared: { url: string; drop: () => Promise<void> };
  let large: ReadonlySet<string>;

  beforeAll(async () => {
    shared = await openRaceDatabase();
    const client = new Client(shared.url);
    await client.connect();
    await growTables(client, SIZE);
    const { rows } = await client.query<{ relname: string }>(
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= $1",
      [LARGE],
    );
    large = new Set(rows.map(({ relname }) => relname));
    await client.end();
  }, 600_000);
  afterAll(() => shared.drop());

  describe.each(["custom", "generic"] as const)("planned by %s plans", (plans) => {
    let server: Awaited<ReturnType<typeof openTestServer>>;
    let close: () => Promise<void>;
    let readings: Reading[];
    /** Whose turn it is: each question is asked in another workspace, by its owner. */
    let number = plans === "custom" ? 1_000 : 2_000;

    beforeAll(async () => {
      const url = explaining(shared.url, `force_${plans}_plan`);
      const database = await openDatabase(
        { kind: "postgres", url: new Secret(url) },
        { log: openLog("warn") },
      );
      readings = noteReadings(database.pool);
      close = () => database.close();
      server = await openTestServer({}, { database: { database, url, close } });
      // What a server asks at its start, to have asked it once, is no call.
      readings.length = 0;
    });
    afterAll(async () => {
      await server.stop();
      await close();
    });

    /** What the statements since the last time have read that they should not have. */
    const tooMuch = (): string[] =>
      readings
        .splice(0)
        .filter(({ isWhole, table, rows }) => rows > MOST_ROWS || (isWhole && large.has(table)))
        .map(({ how, rows, statement }) => `${how}: ${rows} rows for ${statement}`);

    testOnPostgres("a statement that no index answers is seen", async () => {
      await server.running.services.database.pool.query("SELECT id FROM projects WHERE name = 'Nobody''s'");
      expect(tooMuch()).toEqual([expect.stringContaining("Seq Scan on projects")]);
    });

    const asked = QUESTIONS.filter(({ name }) => plans === "custom" || !WALKS_BY_GENERIC_PLANS.test(name));
    testOnPostgres.each(asked)("$name reads what it needs", async ({ procedure, more }) => {
      number += 1;
      const answer = await ask(server, number, { procedure, more });
      // Refused for what is there or not, and never because nothing was asked at all.
      expect([200, 402, 403, 404, 409], JSON.stringify(answer.json)).toContain(answer.status);
      const cursor = answer.json.result?.data?.nextCursor;
      if (typeof cursor === "string") await ask(server, number, { procedure, more: { ...more, cursor } });

      expect(tooMuch()).toEqual([]);
    });

    testOnPostgres("a call with an API key reads what it needs", async () => {
      number += 1;
      const workspaceId = grown.workspaceId(number);
      const owner = server.as(await tokenOf(server, number));
      const { secret } = await owner.apiKeys.create.mutate({
        workspaceId,
        name: "Robot",
        scopes: ["projects:read"],
        tier: "lite",
      });

      expect((await server.as(secret).projects.list.query({ workspaceId })).items).toHaveLength(20);
      expect(tooMuch()).toEqual([]);
    });

    testOnPostgres("what Clerk tells of users and sessions reads what it needs", async () => {
      const { clerk } = server;
      const user = await clerk.createUser({ email: `new-${plans}@example.com` });
      const { id: sessionId } = await clerk.createSession(user.id);
      await clerk.endSession(sessionId);
      const told = { ...user, updated_at: Date.now() };
      await clerk.send({ type: "user.updated", data: { ...told, id: grown.clerkId((number += 1)) } });
      const gone = SIZE.workspaces + (number += 1);
      await clerk.send({
        type: "user.deleted",
        data: { id: grown.clerkId(gone), object: "user", deleted: true },
      });
      await clerk.settled();

      const { items } = await server.admin.admin.webhooks.list.query({ limit: 5 });
      expect(items.map(({ type, outcome }) => `${type} ${outcome}`).toSorted()).toEqual([
        "session.created applied",
        "session.ended applied",
        "user.created applied",
        "user.deleted applied",
        "user.updated applied",
      ]);
      expect(tooMuch()).toEqual([]);
    });

    testOnPostgres.each(everyJob({ maxTokenLifetimeSeconds: 86_400 }))(
      "the job $name reads what it needs",
      async (job) => {
        const { db } = server.running.services.database;
        expect(await runJob(job, { db, now: () => new Date() })).not.toBeNull();
        expect(tooMuch()).toEqual([]);
      },
    );
  });
});

interface Answer {
  status: number;
  json: { result?: { data?: { nextCursor?: unknown } | null } };
}

/** Asks over plain HTTP as the owner of this workspace, or as an operator. */
async function ask(
  server: TestServer,
  number: number,
  { procedure, more }: Pick<Question, "procedure" | "more">,
): Promise<Answer> {
  const { path, type, guard } = procedure;
  const userId = grown.userId(number + SIZE.workspaces);
  const ids = guard === "admin" ? { userId } : { ...grown.idsOf(number), userId };
  const input = JSON.stringify(sampleInput(procedure, ids, more));
  const credential: Record<string, string> =
    guard === "admin"
      ? { "x-admin-key": ADMIN_KEY }
      : { authorization: `Bearer ${await tokenOf(server, number)}` };
  const url = `${server.url}/trpc/${path}`;
  const answer =
    type === "mutation"
      ? await fetch(url, {
          method: "POST",
          headers: { ...credential, "content-type": "application/json" },
          body: input,
        })
      : await fetch(`${url}?input=${encodeURIComponent(input)}`, { headers: credential });
  if (type === "subscription") return { status: answer.status, json: await firstWords(answer) };
  return { status: answer.status, json: (await answer.json()) as Answer["json"] };
}

/** A stream says what there is and then waits. */
async function firstWords(answer: Response): Promise<Answer["json"]> {
  const reader = answer.body!.getReader();
  await reader.read();
  await reader.cancel();
  return {};
}

function tokenOf({ clerk }: TestServer, number: number): Promise<string> {
  return clerk.mint({ userId: grown.clerkId(number), expiresInSeconds: 3_600 });
}
