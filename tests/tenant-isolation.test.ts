import { ROLES } from "@gatehouse/shared";
import { beforeAll, describe, expect, test } from "vitest";
import { fillWorkspace } from "./support/fill-workspace.ts";
import { proceduresOf, sampleInput } from "./support/procedures.ts";
import type { ListedProcedure } from "./support/procedures.ts";
import { send } from "./support/raw.ts";
import type { RawAnswer } from "./support/raw.ts";
import { testServer } from "./support/server.ts";
import { snapshot } from "./support/snapshot.ts";
import { openWorld } from "./support/world.ts";

/** Answers that tell nothing about whether the thing exists somewhere else. */
const TELLS_NOTHING = new Set(["NOT_FOUND", "FORBIDDEN", "UNAUTHORIZED", "INVALID_API_KEY", "NOT_MEMBER"]);

interface Place {
  workspaceId: string;
  ids: Record<string, string>;
  /** Everybody who belongs there, by what he is; beside members a key that holds every scope it can. */
  tokens: Record<string, string>;
}

let mine: Place;
let theirs: Place;
/** Who belongs nowhere. */
let outsiders: Record<string, string>;

beforeAll(async () => {
  mine = await openPlace();
  theirs = await openPlace();
  const { people, server } = await openWorld({ eve: "stranger", dan: "stranger" });
  await server.running.services.database.db.user.update({
    where: { id: people.dan.userId },
    data: { deletedAt: new Date() },
  });
  outsiders = { "a stranger": people.eve.token, "a deleted user": people.dan.token, nobody: "" };
}, 60_000);

/** What a procedure of a workspace can be asked for: everything that takes an id of a thing inside it. */
const ASKING = proceduresOf("workspace").filter(({ type }) => type !== "subscription");

describe.each(ASKING)("$path", (procedure) => {
  test("shows and changes nothing of a tenant to whoever belongs to another, or to none", async () => {
    const input = { ...sampleInput(procedure, theirs.ids), workspaceId: theirs.workspaceId };
    const before = await look();

    for (const [who, token] of Object.entries({ ...mine.tokens, ...outsiders })) {
      const [answer] = await callTogether(procedure, [input], token);
      expect(TELLS_NOTHING, `${who} was answered ${answer?.code}`).toContain(answer?.code);
    }

    expect(await look()).toEqual(before);
  });

  test("takes an id of another tenant for the id of nothing, one at a time and all at once", async () => {
    const own = sampleInput(procedure, mine.ids);
    const foreign = Object.keys(own).filter((name) => name in theirs.ids);
    if (foreign.length === 0) return;
    const swapped = [...foreign.map((name) => [name]), foreign].map((names) => ({
      ...own,
      ...Object.fromEntries(names.map((name) => [name, theirs.ids[name]])),
      workspaceId: mine.workspaceId,
    }));
    const before = await look();

    for (const input of swapped)
      for (const token of Object.values(mine.tokens)) {
        const [answer] = await callTogether(procedure, [input], token);
        expect([...TELLS_NOTHING, "SCOPE_NOT_HELD"]).toContain(answer?.code);
      }

    expect(await look()).toEqual(before);
  });

  test("judges each call of a batch by its own workspace", async () => {
    if (procedure.type !== "query") return;
    const owner = mine.tokens["owner"] ?? "";
    const allowed = { ...sampleInput(procedure, mine.ids), workspaceId: mine.workspaceId };
    const refused = { ...sampleInput(procedure, theirs.ids), workspaceId: theirs.workspaceId };

    const answers = await callTogether(procedure, [allowed, refused, allowed], owner);

    expect(answers.map(({ code }) => code)).toEqual([null, "FORBIDDEN", null]);
    expect(JSON.stringify(answers)).not.toContain(theirs.workspaceId);
  });
});

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

async function openPlace(): Promise<Place> {
  const world = await openWorld({ ada: "owner", bob: "admin", mel: "member", vic: "viewer" });
  const ids = await fillWorkspace(world);
  const { workspaceId, people } = world;
  const tokens = Object.fromEntries(
    [people.ada, people.bob, people.mel, people.vic].map(({ token }, index) => [ROLES[index] ?? "", token]),
  );
  const scopes = ["projects:read", "projects:write", "members:manage", "audit:read", "billing:read"] as const;
  const { secret } = await world.ada.apiKeys.create.mutate({
    workspaceId,
    name: "Robot",
    scopes: [...scopes],
    tier: "lite",
  });
  return { workspaceId, ids, tokens: { ...tokens, "a key": secret } };
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
