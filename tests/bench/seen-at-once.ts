import { randomUUID } from "node:crypto";
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import pg from "pg";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import { startProcess } from "../support/server-process.ts";

// How long it takes until a change of rights that one server has answered is obeyed by another one on the same database,
// while both are under load. Somebody asks the other server all the time, one call after the other. `late` is when the
// last call began that was still answered by the old rights, `obeyed` when the first answer came by the new ones; both
// count from the change's answer. After an obeying answer no call may ever be answered by the old rights.
// It works in a database of its own on the server of DATABASE_URL.

const TURNS = 400;
/** How many calls are under way at once on each of the two servers, of so many people. */
const CROWD = 8;
const PEOPLE = 32;

const place = new URL(process.env["DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres");
const name = `gatehouse_seen_${randomUUID().slice(0, 8)}`;
const url = Object.assign(new URL(place), { pathname: `/${name}` }).href;
await onServer(`CREATE DATABASE ${name}`);

const folder = await mkdtemp(join(tmpdir(), "gatehouse-bench-"));
const limitsFile = join(folder, "limits.json");
await writeFile(limitsFile, JSON.stringify({ perMinute: { user: 10_000_000 } }));
const provider = await openLocalClerk({ port: 0 });
const env = {
  DATABASE_URL: url,
  CLERK_SECRET_KEY: provider.secretKey,
  CLERK_API_URL: provider.url,
  CLERK_ISSUER: provider.issuer,
  LIMITS_FILE: limitsFile,
  LOG_LEVEL: "error",
};
const here = await startProcess(env);
const there = await startProcess(env);
const psql = new pg.Client(url);
await psql.connect();

const clerk = openControls(provider);
const workspaceId = randomUUID();
await psql.query("INSERT INTO workspaces (id, name, slug, updated_at) VALUES ($1, 'Seen', 'seen', now())", [
  workspaceId,
]);
const ada = await enroll("owner");
const bob = await enroll("member");
const people: Awaited<ReturnType<typeof enroll>>[] = [];
while (people.length < PEOPLE) people.push(await enroll("member"));

const over = new AbortController();
let answered = 0;
const startedAt = performance.now();
const load = [here, there].flatMap((server) =>
  Array.from({ length: CROWD }, async (_, each) => {
    for (let turn = each; !over.signal.aborted; turn += 1) {
      const { status } = await readKeys(server.url, people[turn % PEOPLE]!.token);
      if (status !== 200) throw new Error(`a member was answered ${status}`);
      answered += 1;
    }
  }),
);

interface Turn {
  lateMs: number;
  obeyedMs: number;
}
const byApi: Turn[] = [];
const bySql: Turn[] = [];
let undone = 0;
for (let turn = 0; turn < TURNS; turn += 1) {
  const isMember = turn % 2 === 1;
  const role = isMember ? "member" : "viewer";
  const isByApi = turn % 4 < 2;
  await (isByApi ? changeByApi(role) : changeBySql(role));
  const changedAt = performance.now();
  const lastWrongAt = await obeyed(isMember);
  const lateMs = Math.max(0, lastWrongAt - changedAt);
  (isByApi ? byApi : bySql).push({ lateMs, obeyedMs: performance.now() - changedAt });
  for (let again = 0; again < 3; again += 1)
    if ((await obeyed(isMember)) > Number.NEGATIVE_INFINITY) undone += 1;
}
over.abort();
await Promise.all(load);
const perSecond = Math.round(answered / ((performance.now() - startedAt) / 1_000));

console.log("change made by    turns  late (ms): p50    p99    max  obeyed (ms): p50    p99    max");
print("the first server", byApi);
print("SQL beside both", bySql);
console.log(
  `${perSecond} other calls/s on both servers; ${undone} answers by the old rights after an obeying one.`,
);
if (undone > 0) process.exitCode = 1;

await psql.end();
await Promise.all([here.kill("SIGTERM"), there.kill("SIGTERM")]);
await provider.close();
await rm(folder, { recursive: true });
await onServer(`DROP DATABASE ${name} WITH (FORCE)`);

/** Asks the other server until it answers as it should; when the last call began that it did not answer so. */
async function obeyed(isMember: boolean): Promise<number> {
  for (let lastWrongAt = Number.NEGATIVE_INFINITY; ;) {
    const begunAt = performance.now();
    const { status } = await readKeys(there.url, bob.token);
    if (status === (isMember ? 200 : 403)) return lastWrongAt;
    lastWrongAt = begunAt;
  }
}

/** What a member may do and a viewer may not. */
async function readKeys(server: string, token: string): Promise<{ status: number }> {
  const input = encodeURIComponent(JSON.stringify({ workspaceId }));
  const answer = await fetch(`${server}/trpc/apiKeys.list?input=${input}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await answer.arrayBuffer();
  return { status: answer.status };
}

async function changeByApi(role: string): Promise<void> {
  const answer = await fetch(`${here.url}/trpc/members.updateRole`, {
    method: "POST",
    headers: { authorization: `Bearer ${ada.token}`, "content-type": "application/json" },
    body: JSON.stringify({ workspaceId, userId: bob.userId, role }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  await answer.arrayBuffer();
}

async function changeBySql(role: string): Promise<void> {
  await psql.query("UPDATE workspace_members SET role = $1::workspace_role WHERE user_id = $2", [
    role,
    bob.userId,
  ]);
}

async function enroll(role: string): Promise<{ userId: string; token: string }> {
  const { id } = await clerk.createUser({ email: `${randomUUID()}@example.com` });
  const { id: sessionId } = await clerk.createSession(id);
  const token = await clerk.mint({ sessionId, exp: Math.floor(Date.now() / 1_000) + 3_600 });
  const answer = await fetch(`${here.url}/trpc/me.get`, { headers: { authorization: `Bearer ${token}` } });
  const { result } = (await answer.json()) as { result: { data: { id: string } } };
  const userId = result.data.id;
  await psql.query(
    "INSERT INTO workspace_members (workspace_id, user_id, role) VALUES ($1, $2, $3::workspace_role)",
    [workspaceId, userId, role],
  );
  return { userId, token };
}

function print(by: string, turns: readonly Turn[]): void {
  const row = (of: (turn: Turn) => number): string => {
    const sorted = turns.map(of).toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return [at(0.5), at(0.99), at(1)].map((each) => each.toFixed(1).padStart(7)).join("");
  };
  const late = row(({ lateMs }) => lateMs);
  const seen = row(({ obeyedMs }) => obeyedMs);
  console.log(
    `${by.padEnd(16)}  ${String(turns.length).padStart(5)}  ${late.padStart(30)}  ${seen.padStart(32)}`,
  );
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client(place.href);
  await client.connect();
  await client.query(sql);
  await client.end();
}
