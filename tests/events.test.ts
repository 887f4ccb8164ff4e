import { createClient } from "@gatehouse/client";
import type { WorkspaceEvent } from "@gatehouse/client";
import { expect, onTestFinished, test, vi } from "vitest";
import { pruneEvents } from "../server/src/jobs/prune-events.ts";
import { testOnPostgres } from "./support/database.ts";
import { openSecondNode } from "./support/second-node.ts";
import { openTestServer } from "./support/server.ts";
import { watch } from "./support/watch.ts";
import { openWorld } from "./support/world.ts";

test("a member hears what happens in the workspace, in the order in which it happened", async () => {
  const { ada, vic, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
  const page = watch(vic, workspaceId);
  await page.hears("ready");

  const { id: projectId } = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  await ada.projects.update.mutate({ workspaceId, projectId, name: "Borealis" });

  await page.hears("ready", "projects.create", "projects.update");
  expect(page.heard[2]).toEqual({
    kind: "changed",
    action: "projects.update",
    subject: { type: "project", id: projectId },
    createdAt: expect.any(String),
  });
  expect(page.states).toEqual(["connecting", "open"]);
});

test("nobody hears of what he may not see", async () => {
  const { ada, vic, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
  const [owner, viewer] = [watch(ada, workspaceId), watch(vic, workspaceId)];
  await Promise.all([owner.hears("ready"), viewer.hears("ready")]);

  await ada.invitations.create.mutate({ workspaceId, email: "new@example.com", role: "member" });
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });

  await owner.hears("ready", "invitations.create", "projects.create");
  await viewer.hears("ready", "projects.create");
});

test("nothing of another workspace is heard, and a stranger hears nothing at all", async () => {
  const mine = await openWorld({ ada: "owner" });
  const theirs = await openWorld({ bob: "owner" });
  const page = watch(mine.ada, mine.workspaceId);
  const stranger = watch(mine.ada, theirs.workspaceId);
  await page.hears("ready");

  await theirs.bob.projects.create.mutate({ workspaceId: theirs.workspaceId, name: "Theirs" });
  await mine.ada.projects.create.mutate({ workspaceId: mine.workspaceId, name: "Mine" });

  await page.hears("ready", "projects.create");
  await vi.waitFor(() => expect(stranger.errors).toMatchObject([{ code: "FORBIDDEN" }]), 10_000);
  expect(stranger.heard).toEqual([]);
});

test("who was away hears everything that he missed, once", async () => {
  const { ada, workspaceId } = await openWorld({ ada: "owner" });
  const before = watch(ada, workspaceId);
  await before.hears("ready");
  before.unsubscribe();
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  await ada.projects.create.mutate({ workspaceId, name: "Borealis" });

  const after = watch(ada, workspaceId, before.lastEventId());

  await after.hears("ready", "projects.create", "projects.create");
});

test("who was away for longer than events are kept is told to read everything again", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { db } = server.running.services.database;
  const before = watch(ada, workspaceId);
  await before.hears("ready");
  before.unsubscribe();
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  const later = new Date(Date.now() + 8 * 86_400_000);
  expect(await db.$transaction((tx) => pruneEvents({ tx, at: later }))).toBeGreaterThan(0);

  await watch(ada, workspaceId, before.lastEventId()).hears("reset");
});

test("a change that did not happen is not told", async () => {
  const { ada, workspaceId } = await openWorld({ ada: "owner" });
  const page = watch(ada, workspaceId);
  await page.hears("ready");
  const atlas = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });

  const stale = { workspaceId, projectId: atlas.id, name: "Late", version: 99 };
  await expect(ada.projects.update.mutate(stale)).toBeRefused("VERSION_CONFLICT");
  await ada.projects.archive.mutate({ workspaceId, projectId: atlas.id });

  await page.hears("ready", "projects.create", "projects.archive");
});

test("a member who is removed hears nothing more, not even of his removal", async () => {
  const { ada, bob, people, workspaceId } = await openWorld({ ada: "owner", bob: "member" });
  const page = watch(bob, workspaceId);
  await page.hears("ready");

  await ada.members.remove.mutate({ workspaceId, userId: people.bob.userId });
  await ada.projects.create.mutate({ workspaceId, name: "Secret" });

  await vi.waitFor(() => expect(page.errors).toMatchObject([{ code: "FORBIDDEN" }]), 10_000);
  expect(page.actions()).toEqual(["ready"]);
});

test("the stream of a session that was revoked ends at once, although nothing happens in the workspace", async () => {
  const { bob, people, workspaceId } = await openWorld({ ada: "owner", bob: "member" });
  const page = watch(bob, workspaceId);
  await page.hears("ready");

  await bob.me.sessions.revoke.mutate({ sessionId: people.bob.sessionId });

  await vi.waitFor(() => expect(page.errors).toMatchObject([{ code: "SESSION_REVOKED" }]), 10_000);
  expect(page.actions()).toEqual(["ready"]);
});

test("the stream of an API key that was revoked ends at once", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  const asked = { workspaceId, name: "CI", scopes: ["workspace:read" as const], tier: "lite" as const };
  const { id: apiKeyId, secret } = await ada.apiKeys.create.mutate(asked);
  const errors: unknown[] = [];
  const heard: WorkspaceEvent[] = [];
  const { events } = createClient({ url: server.url, apiKey: secret });
  const subscribed = events.subscribe.subscribe(undefined, {
    onData: (event) => heard.push(event),
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => subscribed.unsubscribe());
  await vi.waitFor(() => expect(heard).toEqual([{ kind: "ready" }]), 10_000);

  await ada.apiKeys.revoke.mutate({ workspaceId, apiKeyId });

  await vi.waitFor(() => expect(errors).toMatchObject([{ code: "INVALID_API_KEY" }]), 10_000);
});

test("a server that stops cuts its streams off, and does not wait for their readers", async () => {
  const server = await openTestServer();
  const { id: clerkId } = await server.clerk.createUser({ email: "ada@example.com", firstName: "Ada" });
  const { id: sessionId } = await server.clerk.createSession(clerkId);
  const token = await server.clerk.mint({ sessionId });
  const api = createClient({ url: server.url, getToken: () => token });
  const { id: userId } = await api.me.get.query();
  const { db } = server.running.services.database;
  const { id: workspaceId } = await db.workspace.create({
    data: { name: "W", slug: "w", members: { create: { userId, role: "owner" } } },
  });
  const page = watch(api, workspaceId);
  await page.hears("ready");

  await server.stop();

  await vi.waitFor(() => expect(page.states.slice(0, 3)).toEqual(["connecting", "open", "connecting"]));
  expect(page.errors).toEqual([]);
});

test("a change rings the bell of its workspace only while somebody watches", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const rung: string[] = [];
  const topic = `workspace:${workspaceId}`;
  const deaf = server.running.services.database.changes.subscribe((change) => {
    if (change.kind === "changed" && change.topic === topic) rung.push(topic);
  });
  onTestFinished(deaf);

  await ada.projects.create.mutate({ workspaceId, name: "Unwatched" });
  const page = watch(ada, workspaceId);
  await page.hears("ready");
  await ada.projects.create.mutate({ workspaceId, name: "Watched" });

  await page.hears("ready", "projects.create");
  // In the order of the commits: a bell of the first change would have rung before.
  expect(rung).toEqual([topic]);
});

testOnPostgres("who begins to watch while a change is being committed does not miss it", async () => {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { pool } = server.running.services.database;
  const change = await pool.connect();
  await change.query("BEGIN");
  await change.query(
    `INSERT INTO audit_entries (id, workspace_id, action, actor_kind, target_type, target_id, created_at)
     VALUES (gen_random_uuid(), $1, 'projects.create', 'user', 'project', 'a', now())`,
    [workspaceId],
  );
  // As at the commit: it looks for watchers, and there is none.
  await change.query("SET CONSTRAINTS ALL IMMEDIATE");
  const page = watch(ada, workspaceId, "0");
  await vi.waitFor(async () => {
    const { rows } = await pool.query(
      "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%watched_until%' AND datname = current_database()",
    );
    expect(rows).toHaveLength(1);
  }, 10_000);
  expect(page.heard).toEqual([]);
  await change.query("COMMIT");
  change.release();

  await page.hears("ready", "projects.create");
});

testOnPostgres("a change on one server is heard on another", async () => {
  const { ada, workspaceId, server, people } = await openWorld({ ada: "owner" });
  const second = await openSecondNode(server);
  onTestFinished(() => second.stop());
  const page = watch(ada, workspaceId);
  await page.hears("ready");

  const there = createClient({ url: second.url, getToken: () => people.ada.token });
  await there.projects.create.mutate({ workspaceId, name: "Atlas" });

  await page.hears("ready", "projects.create");
});

testOnPostgres("fifty changes at once are told without a gap and without a repetition", async () => {
  const { ada, workspaceId } = await openWorld({ ada: "owner" });
  const page = watch(ada, workspaceId);
  await page.hears("ready");

  const names = Array.from({ length: 50 }, (_, index) => `Project ${index}`);
  const made = await Promise.all(names.map((name) => ada.projects.create.mutate({ workspaceId, name })));

  await vi.waitFor(() => expect(page.heard).toHaveLength(51), 10_000);
  const told = page.heard.flatMap((event) => (event.kind === "changed" ? [event.subject.id] : []));
  expect(told.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
});

testOnPostgres(
  "a reader misses nothing when the server loses the connection that hears changes",
  async () => {
    const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
    const { pool } = server.running.services.database;
    const page = watch(ada, workspaceId);
    await page.hears("ready");

    await pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse changes' AND datname = current_database()",
    );
    await ada.projects.create.mutate({ workspaceId, name: "Atlas" });

    await page.hears("ready", "projects.create");
  },
);

test("one caller has twenty streams at once, and one more when one of them is over", async () => {
  const { ada, vic, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
  const pages = Array.from({ length: 20 }, () => watch(vic, workspaceId));
  for (const page of pages) await page.hears("ready");

  const oneMore = watch(vic, workspaceId);
  // Nobody else has fewer places for it.
  await watch(ada, workspaceId).hears("ready");
  await vi.waitFor(() => expect(oneMore.states.slice(0, 3)).toEqual(["connecting", "open", "connecting"]));
  expect(oneMore.heard).toEqual([]);

  pages[0]?.unsubscribe();
  await oneMore.hears("ready");
});
