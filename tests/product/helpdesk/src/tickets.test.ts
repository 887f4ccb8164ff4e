import { workspaceProcedure } from "@gatehouse/server";
import type { RunningServer } from "@gatehouse/server";
import { openControls } from "@gatehouse/server/testing";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { can, createClient, isApiError } from "./client/index.js";
import type { Api, ErrorCode } from "./client/index.js";
import { helpdesk } from "./helpdesk.js";

const adminKey = process.env["ADMIN_API_KEY"] ?? "";
let server: RunningServer;
before(async () => {
  server = await helpdesk.listen();
});
after(() => helpdesk.close());

interface Person {
  api: Api;
  token: string;
  email: string;
}

async function signUp(name: string): Promise<Person> {
  const { localIdentity, url } = server;
  assert(localIdentity !== null);
  const clerk = openControls(localIdentity);
  const email = `${name}-${Date.now()}@example.com`;
  const user = await clerk.createUser({ email, firstName: name });
  const { id: sessionId } = await clerk.createSession(user.id);
  const token = await clerk.mint({ sessionId });
  return { api: createClient({ url, getToken: () => token }), token, email };
}

/** Somebody with a workspace of his own. */
async function openDesk(name: string) {
  const person = await signUp(name);
  const { code } = await createClient({ url: server.url, adminKey }).admin.accessCodes.create.mutate();
  await person.api.accessCodes.redeem.mutate({ code });
  const { id: workspaceId } = await person.api.workspaces.create.mutate({ name: `The desk of ${name}` });
  return { ...person, workspaceId, desk: person.api.workspace(workspaceId) };
}

function refused(code: ErrorCode): (error: unknown) => boolean {
  return (error) => isApiError(error, code);
}

test("a ticket is opened, listed and closed once", async () => {
  const { desk } = await openDesk("ada");

  const ticket = await desk.tickets.create.mutate({ title: "The printer is on fire" });
  assert.deepEqual((await desk.tickets.list.query()).items, [ticket]);
  const closed = await desk.tickets.close.mutate({ ticketId: ticket.id });

  assert.notEqual(closed.closedAt, null);
  await assert.rejects(desk.tickets.close.mutate({ ticketId: ticket.id }), refused("TICKET_CLOSED"));
});

test("a workspace of the smallest tier holds three tickets", async () => {
  const { desk } = await openDesk("ada");
  for (const title of ["One", "Two", "Three"]) await desk.tickets.create.mutate({ title });

  await assert.rejects(desk.tickets.create.mutate({ title: "Four" }), refused("LIMIT_REACHED"));

  assert.equal((await desk.tickets.list.query()).items.length, 3);
});

test("a viewer sees tickets and opens none", async () => {
  const { desk, workspaceId } = await openDesk("ada");
  const vic = await signUp("vic");
  const { id: invitationId } = await desk.invitations.create.mutate({ email: vic.email, role: "viewer" });
  await vic.api.invitations.accept.mutate({ invitationId });
  const ticket = await desk.tickets.create.mutate({ title: "No coffee" });

  await assert.rejects(vic.api.tickets.create.mutate({ workspaceId, title: "Mine" }), refused("FORBIDDEN"));

  assert.deepEqual((await vic.api.tickets.list.query({ workspaceId })).items, [ticket]);
  assert.deepEqual([can("viewer", "tickets:write"), can("member", "tickets:write")], [false, true]);
});

test("a ticket of another workspace does not exist", async () => {
  const ada = await openDesk("ada");
  const eve = await openDesk("eve");
  const { id: ticketId } = await ada.desk.tickets.create.mutate({ title: "Secret" });
  const { workspaceId } = ada;

  await assert.rejects(eve.desk.tickets.close.mutate({ ticketId }), refused("NOT_FOUND"));
  await assert.rejects(eve.api.tickets.list.query({ workspaceId }), refused("FORBIDDEN"));

  assert.deepEqual((await eve.desk.tickets.list.query()).items, []);
  assert.equal((await ada.desk.tickets.list.query()).items[0]?.closedAt, null);
});

test("an API key does what its scopes say, over REST too", async () => {
  const { desk } = await openDesk("ada");
  const key = { name: "Robot", tier: "lite" } as const;
  const reader = await desk.apiKeys.create.mutate({ ...key, scopes: ["tickets:read"] });
  const writer = await desk.apiKeys.create.mutate({ ...key, scopes: ["tickets:write"] });

  const open = (secret: string) =>
    fetch(`${server.url}/api/v1/tickets`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ title: "By curl" }),
    });

  assert.deepEqual([(await open(reader.secret)).status, (await open(writer.secret)).status], [403, 201]);
});

test("a member makes keys, as the product's roles say, and gives them no more than he holds", async () => {
  const { desk, workspaceId } = await openDesk("ada");
  const max = await signUp("max");
  const { id: invitationId } = await desk.invitations.create.mutate({ email: max.email, role: "member" });
  await max.api.invitations.accept.mutate({ invitationId });
  const key = { workspaceId, name: "Max's", tier: "lite" } as const;

  const { secret } = await max.api.apiKeys.create.mutate({ ...key, scopes: ["tickets:write"] });
  const beyond = max.api.apiKeys.create.mutate({ ...key, scopes: ["workflows:execute"] });

  await assert.rejects(beyond, refused("SCOPE_NOT_HELD"));
  const robot = createClient({ url: server.url, apiKey: secret });
  await robot.tickets.create.mutate({ title: "Paper jam" });
  assert.deepEqual([can("member", "apiKeys:manage"), can("viewer", "apiKeys:manage")], [true, false]);
  assert.deepEqual([can("admin", "workflows:execute"), can("member", "workflows:execute")], [true, false]);
});

test("what the product presets holds where the operator says nothing, and he has the last word", () => {
  const { mail, logLevel } = server.services.config;

  assert.equal(mail.from, "Help desk <desk@example.com>");
  assert.equal(logLevel, process.env["LOG_LEVEL"]);
});

test("the help desk sells its own packs, and greets whoever comes", async () => {
  const { api } = await openDesk("ada");
  const { clerkId } = await api.me.get.query();
  const { pool } = server.services.database;

  assert.deepEqual(
    (await api.billing.plans.query()).items.map(({ id }) => id),
    ["ten"],
  );
  const greeted = async () =>
    (await pool.query("SELECT 1 FROM greetings WHERE clerk_id = $1", [clerkId])).rowCount === 1;
  while (!(await greeted())) await sleep(50);
});

test("every change of a ticket stands in the audit trail", async () => {
  const { desk } = await openDesk("ada");
  await desk.tickets.create.mutate({ title: "Lost keys" });

  const { items } = await desk.audit.list.query({ targetType: "ticket" });

  assert.deepEqual(
    items.map(({ action }) => action),
    ["tickets.create"],
  );
});

// @ts-expect-error -- the compiler knows which permissions there are
workspaceProcedure.meta({ permission: "tickets:reed" });
