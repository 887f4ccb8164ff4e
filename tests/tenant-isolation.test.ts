import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { proceduresOf, sampleInput } from "./support/procedures.ts";
import type { ListedProcedure } from "./support/procedures.ts";
import { send } from "./support/raw.ts";
import type { RawAnswer } from "./support/raw.ts";
import { testServer } from "./support/server.ts";
import { snapshot } from "./support/snapshot.ts";
import { fillTenant, openTenant } from "./support/tenant.ts";
import type { Tenant } from "./support/tenant.ts";
import { openWorld } from "./support/world.ts";

/** Answers that tell nothing about whether the thing exists somewhere else. */
const TELLS_NOTHING = new Set(["NOT_FOUND", "FORBIDDEN", "UNAUTHORIZED", "INVALID_API_KEY", "NOT_MEMBER"]);

/** Ids that do not belong to a workspace: any workspace may buy a pack, use a meter's name, or let in a machine that Clerk knows. */
const EVERYBODYS = new Set([
  "billing.checkout packId",
  "members.addMachine machineId",
  "usage.record meter",
  "usage.series meter",
]);

let mine: Tenant;
let theirs: Tenant;
/** Who belongs nowhere. */
let outsiders: Record<string, string>;

beforeAll(async () => {
  mine = await openTenant();
  theirs = await openTenant();
  const { people, server } = await openWorld({ eve: "stranger", dan: "stranger" });
  await server.running.services.database.db.user.update({
    where: { id: people.dan.userId },
    data: { deletedAt: new Date() },
  });
  outsiders = { "a stranger": people.eve.token, "a deleted user": people.dan.token, nobody: "" };
}, 60_000);

/** What a procedure of a workspace can be asked for: everything that takes an id of a thing inside it. */
const ASKING = proceduresOf("workspace").filter(({ type }) => type !== "subscription");

test("there is one of everything that a procedure takes the id of", () => {
  const missing = ASKING.flatMap((procedure) =>
    Object.keys(sampleInput(procedure, theirs.ids)).flatMap((name) => {
      const isAskedFor = /^(?!workspace).+Id$/.test(name) && !EVERYBODYS.has(`${procedure.path} ${name}`);
      return isAskedFor && !(name in theirs.ids) ? [name] : [];
    }),
  );
  expect([...new Set(missing)], "to be made in tests/support/fill-workspace.ts").toEqual([]);
});

describe.each(ASKING)("$path", (procedure) => {
  test("shows and changes nothing of a tenant to whoever belongs to another, or to none", async () => {
    const input = { ...sampleInput(procedure, theirs.ids), workspaceId: theirs.workspaceId };
    const insiders = Object.entries(mine.insiders).map(([who, { token }]) => [who, token] as const);
    const before = await look();

    for (const [who, token] of [...insiders, ...Object.entries(outsiders)]) {
      const [answer] = await callTogether(procedure, [input], token);
      expect(TELLS_NOTHING, `${who} was answered ${answer?.code}`).toContain(answer?.code);
    }

    expect(await look()).toEqual(before);
  });

  test("takes an id of another tenant for the id of nothing, one at a time and all at once", async () => {
    // Owners of an organization are made another way: that would be refused whoever is named.
    const own = sampleInput(procedure, { ...mine.ids, role: "viewer" });
    const foreign = Object.keys(own).filter(
      (name) => name in theirs.ids && !EVERYBODYS.has(`${procedure.path} ${name}`),
    );
    if (foreign.length === 0) return;
    const swapped = [...foreign.map((name) => [name]), foreign].map((names) => ({
      ...own,
      ...Object.fromEntries(names.map((name) => [name, theirs.ids[name]])),
    }));
    const before = await look();

    for (const input of swapped)
      for (const [who, { token, home }] of Object.entries(mine.insiders)) {
        const [answer] = await callTogether(procedure, [{ ...input, workspaceId: home }], token);
        expect([...TELLS_NOTHING, "SCOPE_NOT_HELD"], who).toContain(answer?.code);
      }

    expect(await look()).toEqual(before);
  });

  test("shows a key that names no workspace what its own holds, and nothing else", async () => {
    if (procedure.type !== "query") return;
    const { workspaceId: _left, ...input } = sampleInput(procedure, mine.ids);

    const [answer] = await callTogether(procedure, [input], mine.insiders["a key"]?.token ?? "");

    expect(answer?.code).toBeNull();
    for (const mark of theirs.marks) expect(JSON.stringify(answer)).not.toContain(mark);
  });

  test("judges each call of a batch by its own workspace", async () => {
    const { server, workspaceId, ids } = await placeFor(procedure);
    const { token = "" } = mine.insiders["an owner"] ?? {};
    const allowed = { ...sampleInput(procedure, ids), workspaceId };
    const refused = { ...sampleInput(procedure, theirs.ids), workspaceId: theirs.workspaceId };
    const before = rowsOf(theirs, await look());

    const answers = await callTogether(procedure, [refused, allowed, refused], token);

    const [first, between, last] = answers.map(({ code }) => code);
    expect([first, last]).toEqual(["FORBIDDEN", "FORBIDDEN"]);
    if (procedure.type === "query") expect(between).toBeNull();
    else expect(["FORBIDDEN", "UNAUTHORIZED", "VALIDATION_FAILED"]).not.toContain(between);
    for (const mark of theirs.marks) expect(JSON.stringify(answers)).not.toContain(mark);
    expect(rowsOf(theirs, await look())).toEqual(before);
    expect(server.log.takeErrors()).toEqual([]);
  });
});

/** Where the owner may do what he likes: a query is asked at home, and a change made in a place that is nobody else's. */
async function placeFor({ type }: ListedProcedure) {
  const server = await testServer();
  if (type === "query") return { server, ...mine };
  const { id: userId } = await mine.owner.me.get.query();
  const { id: workspaceId } = await server.running.services.database.db.workspace.create({
    data: {
      name: "The spare one",
      slug: randomUUID(),
      tier: "professional",
      members: { create: { userId, role: "owner" } },
    },
  });
  return { server, workspaceId, ids: await fillTenant({ ada: mine.owner, workspaceId, server }) };
}

/** All tables, but for what merely notes that somebody was here: the counters of limits, and when a key was used. */
async function look(): Promise<Record<string, string[]>> {
  const { running } = await testServer();
  const tables = Object.entries(await snapshot(running.services.database.pool));
  return Object.fromEntries(
    tables
      .filter(([name]) => name !== "rate_limits")
      .map(([name, rows]) => [
        name,
        rows.map((row) => row.replaceAll(/"last_used_\w+": (null|"[^"]*")/g, "")),
      ]),
  );
}

/** What there is about a tenant. */
function rowsOf({ marks }: Tenant, tables: Record<string, string[]>): string[] {
  return Object.values(tables)
    .flat()
    .filter((row) => marks.some((mark) => row.includes(mark)));
}

type Answer = Pick<RawAnswer, "code"> & { json: unknown };

/** One request with these inputs for one procedure, each a call of a batch. */
async function callTogether(
  { path, type }: ListedProcedure,
  inputs: readonly object[],
  token: string,
): Promise<Answer[]> {
  const input = JSON.stringify(Object.fromEntries(inputs.map((each, index) => [index, each])));
  const address = `/trpc/${inputs.map(() => path).join()}?batch=1`;
  const who = token === "" ? {} : { token };
  const { json } =
    type === "mutation"
      ? await send(address, {
          method: "POST",
          body: input,
          headers: { "content-type": "application/json" },
          ...who,
        })
      : await send(`${address}&input=${encodeURIComponent(input)}`, who);
  if (!Array.isArray(json)) throw new Error(`a batch was answered ${JSON.stringify(json)}`);
  return json.map((each: { error?: { data: { code: string } } }) => ({
    code: each.error?.data.code ?? null,
    json: each,
  }));
}
