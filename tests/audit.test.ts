import { expect, test } from "vitest";
import { ADMIN_KEY, testServer } from "./support/server.ts";
import { fillWorkspace } from "./support/fill-workspace.ts";
import { everyProcedure, sampleInput } from "./support/procedures.ts";
import type { ListedProcedure } from "./support/procedures.ts";
import { post, send } from "./support/raw.ts";
import type { RawAnswer } from "./support/raw.ts";
import { openWorld } from "./support/world.ts";

/** Mutations that change nothing of ours, each with its reason. */
const WITHOUT_A_LINE: Record<string, string> = {
  "usage.record": "a measurement, and many a second: usage_events keeps each with the key that reported it",
  "billing.checkout": "nothing of ours changes before the provider says that it was paid",
};

/** What a mutation needs that its own schema does not say: who calls, and with what. */
const CALLS: Record<string, () => Promise<RawAnswer>> = {
  "accessCodes.redeem": async () => {
    const { people, server } = await openWorld({ ada: "newcomer" });
    const { code } = await server.admin.admin.accessCodes.create.mutate({});
    return post("accessCodes.redeem", { code }, people.ada.token);
  },
  "me.delete": async () => {
    const { people } = await openWorld({ ada: "newcomer" });
    return post("me.delete", {}, people.ada.token);
  },
  "me.sessions.revoke": async () => {
    const { people } = await openWorld({ ada: "newcomer" });
    const { sessionId, token } = people.ada;
    return post("me.sessions.revoke", { sessionId }, token);
  },
  "workspaces.restore": async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    await ada.workspaces.delete.mutate({ workspaceId });
    return post("workspaces.restore", { workspaceId }, people.ada.token);
  },
  "workspaces.leave": async () => {
    const { people, workspaceId } = await openWorld({ ada: "owner", mel: "member" });
    return post("workspaces.leave", { workspaceId }, people.mel.token);
  },
  "invitations.accept": () => answerInvitation("invitations.accept"),
  "invitations.decline": () => answerInvitation("invitations.decline"),
  "members.removeMachine": async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const machine = { workspaceId, machineId: `mch_${"x".repeat(27)}` };
    await ada.members.addMachine.mutate({ ...machine, role: "viewer" });
    return post("members.removeMachine", machine, people.ada.token);
  },
  "admin.sync.reconcile": () => postAsAdmin("admin.sync.reconcile", { dryRun: false }),
  "admin.webhooks.replay": async () => {
    const { running } = await testServer();
    const payload = { at: new Date().toISOString(), data: { id: "user_gone" } };
    const event = { provider: "clerk", id: "msg_again", type: "user.deleted" } as const;
    await running.services.database.db.webhookEvent.create({ data: { ...event, payload } });
    return postAsAdmin("admin.webhooks.replay", { provider: event.provider, id: event.id });
  },
  "admin.credits.adjust": async () => {
    const { workspaceId } = await openWorld({ ada: "owner" });
    return postAsAdmin("admin.credits.adjust", { workspaceId, credits: 5, reason: "Gift" });
  },
  "projects.unarchive": async () => {
    const { ada, people, workspaceId } = await openWorld({ ada: "owner" });
    const { id: projectId } = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
    await ada.projects.archive.mutate({ workspaceId, projectId });
    return post("projects.unarchive", { workspaceId, projectId }, people.ada.token);
  },
};

const MUTATIONS = everyProcedure().filter(
  ({ type, path }) => type === "mutation" && !(path in WITHOUT_A_LINE),
);

test.each(MUTATIONS)("$path leaves one line that names it, its request and who did it", async (procedure) => {
  const answer = await (CALLS[procedure.path] ?? (() => callPlainly(procedure)))();

  expect(answer.status, answer.text).toBe(200);
  const lines = await linesOf(answer);
  expect(lines.map(({ action }) => action)).toEqual([procedure.path]);
  expect(lines[0]).toMatchObject(
    procedure.guard === "admin"
      ? { actor_kind: "adminKey", actor_id: null }
      : { actor_kind: "user", credential: "session" },
  );
});

test("the list of mutations without a line names nothing that is not there", () => {
  const paths = new Set(everyProcedure().map(({ path }) => path));
  expect([...Object.keys(WITHOUT_A_LINE), ...Object.keys(CALLS)].filter((path) => !paths.has(path))).toEqual(
    [],
  );
});

test("a change that is refused leaves no line", async () => {
  const { ada, people, workspaceId } = await openWorld({ ada: "owner", vic: "viewer" });
  const { id: projectId, version } = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  const input = { workspaceId, projectId, name: "Mine" };

  const forbidden = await post("projects.update", input, people.vic.token);
  const conflict = await post("projects.update", { ...input, version: version + 1 }, people.ada.token);

  expect([forbidden.code, conflict.code]).toEqual(["FORBIDDEN", "VERSION_CONFLICT"]);
  expect([...(await linesOf(forbidden)), ...(await linesOf(conflict))]).toEqual([]);
});

test("neither the application nor its operator can change or delete a line", async () => {
  const { ada, server, workspaceId } = await openWorld({ ada: "owner" });
  await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  const { pool } = server.running.services.database;

  for (const statement of [
    "UPDATE audit_entries SET action = 'nothing'",
    "DELETE FROM audit_entries",
    "TRUNCATE audit_entries",
  ])
    await expect(pool.query(statement)).rejects.toThrow("never changed or deleted");
});

async function answerInvitation(path: string): Promise<RawAnswer> {
  const { ada, people, workspaceId } = await openWorld({ ada: "owner", bob: "stranger" });
  const { email, token } = people.bob;
  const { id: invitationId } = await ada.invitations.create.mutate({ workspaceId, email, role: "member" });
  return post(path, { invitationId }, token);
}

/** Whoever may do everything does it to things of his own. */
async function callPlainly(procedure: ListedProcedure): Promise<RawAnswer> {
  const world = await openWorld({ ada: "owner" });
  const { people, workspaceId, server } = world;
  const accessCode = await server.admin.admin.accessCodes.create.mutate({});
  const ids = { workspaceId, accessCodeId: accessCode.id, ...(await fillWorkspace(world)) };
  const input = sampleInput(procedure, ids);
  return procedure.guard === "admin"
    ? postAsAdmin(procedure.path, input)
    : post(procedure.path, input, people.ada.token);
}

function postAsAdmin(path: string, input: unknown): Promise<RawAnswer> {
  return send(`/trpc/${path}`, {
    method: "POST",
    body: JSON.stringify(input),
    headers: { "content-type": "application/json", "x-admin-key": ADMIN_KEY },
  });
}

interface Line {
  action: string;
  actor_kind: string;
  actor_id: string | null;
  credential: string | null;
}

/** The lines that one request has left. */
async function linesOf({ headers }: RawAnswer): Promise<Line[]> {
  const { running } = await testServer();
  const { rows } = await running.services.database.pool.query<Line>(
    "SELECT action, actor_kind, actor_id, credential FROM audit_entries WHERE request_id = $1",
    [headers.get("x-request-id")],
  );
  return rows;
}
