import { beforeAll, describe, expect, test } from "vitest";
import { fillWorkspace } from "../support/fill-workspace.ts";
import { call, everyProcedure, sampleInput, textFieldsOf } from "../support/procedures.ts";
import type { ListedProcedure } from "../support/procedures.ts";
import { send } from "../support/raw.ts";
import { openWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

const ASKED = everyProcedure().filter(
  (each) => each.type !== "subscription" && textFieldsOf(each).length > 0,
);

/** Inputs of which one field of several must be there, which no schema can say. */
const ONE_OF: Record<string, Record<string, unknown>> = {
  "me.sessions.revoke": { sessionId: "sess_nobodys" },
  "admin.credits.adjust": { userId: 1 },
};
function sampleFor(procedure: ListedProcedure, ids: Record<string, string> = {}): Record<string, unknown> {
  const one = ONE_OF[procedure.path];
  return one === undefined ? sampleInput(procedure, ids) : sampleInput(procedure, {}, one);
}

/** Milliseconds at best, for something else may run just then. */
function quickest(work: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}

describe("a text of fifty thousand characters is judged in no time", () => {
  const LONG = 50_000;
  const evil = [
    ["one letter", "a".repeat(LONG)],
    ["one letter and something else", `${"a".repeat(LONG)}!`],
    ["dashes", "a-".repeat(LONG / 2)],
    ["dashes in a row", `a${"-".repeat(LONG)}a`],
    ["dots", "a.".repeat(LONG / 2)],
    ["blanks", " ".repeat(LONG)],
    ["blanks between", `a${" ".repeat(LONG)}a`],
    ["tabs and line ends", "\t\r\n".repeat(LONG / 3)],
    ["digits", "1".repeat(LONG)],
    ["a mail address without an end", "a@".repeat(LONG / 2)],
    ["a mail address of dots", `a@${"a.".repeat(LONG / 2)}`],
    ["an address", `https://${"a.".repeat(LONG / 2)}`],
    ["an address of slashes", `https://a${"/".repeat(LONG)}`],
    ["an instant", `2026-01-01T00:00:00.${"0".repeat(LONG)}Z`],
    ["accents on one letter", `e${"\u0301".repeat(LONG)}`],
    ["an id and more", `user_${"a".repeat(LONG)}!`],
  ] as const;

  test.each(ASKED)("by $path", (procedure) => {
    const sample = sampleFor(procedure);
    const slow = textFieldsOf(procedure).flatMap((field) =>
      evil.flatMap(([what, text]) =>
        [text, [text]].flatMap((value) => {
          const ms = quickest(() => procedure.input!.safeParse({ ...sample, [field]: value }));
          return ms < 50 ? [] : [`${field}, ${what}: ${ms} ms`];
        }),
      ),
    );
    expect(slow).toEqual([]);
  });

  // As much as fits into a header, and everything that is read by hand.
  test.each([
    ["authorization", (text: string) => `Bearer ${text}`],
    ["authorization", (text: string) => `Bearer ${text}.${text}.${text}`],
    ["authorization", (text: string) => `Bearer ak_${text}`],
    ["x-admin-key", (text: string) => text],
    ["x-request-id", (text: string) => text],
    ["x-workspace-id", (text: string) => text],
    ["x-forwarded-for", (text: string) => text],
    ["idempotency-key", (text: string) => text],
    ["origin", (text: string) => `https://${text}`],
    ["accept", (text: string) => `${text}/${text}`],
    ["traceparent", (text: string) => text],
  ] as const)("by whoever reads %s", async (name, wrap) => {
    for (const piece of ["a", "a-", "a.", ",", "1", "a@", "/", "a ;"]) {
      const text = wrap(piece.repeat(4_000 / piece.length)).trim();
      const times = [];
      for (const _ of [1, 2, 3]) {
        const startedAt = performance.now();
        await send("/api/v1/projects", { headers: { [name]: text } });
        times.push(performance.now() - startedAt);
      }
      expect(Math.min(...times), `${name} of ${piece}`).toBeLessThan(100);
    }
  });
});

describe("what would be a statement elsewhere is a text", () => {
  const SLEEP = 20;
  const evil = [
    "'",
    '"',
    "\\",
    "$1",
    "'; DROP TABLE users; --",
    "' OR '1'='1",
    "1) OR 1=1 --",
    `'||(SELECT pg_sleep(${SLEEP}))||'`,
    `'; SELECT pg_sleep(${SLEEP}); --`,
    "' UNION SELECT NULL, version(), NULL --",
    "%' AND 1=(SELECT count(*) FROM users) AND '%'='",
    "$$; DELETE FROM users; $$",
    "E'\\\\' || chr(0)",
    "{{7*7}}${7*7}#{7*7}",
    "%_%",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "\u{1F480}\u202Etxt.exe",
  ];

  let world: World<"ada">;
  let ids: Record<string, string>;
  beforeAll(async () => {
    const opened = await openWorld({ ada: "owner" });
    world = opened;
    ids = await fillWorkspace(opened);
    const { db } = opened.server.running.services.database;
    await db.user.update({ where: { id: opened.people.ada.userId }, data: { role: "admin" } });
  });

  /** What is wrong with the answers: one of ours failed, or did what the text says. */
  async function flawsOf(procedure: ListedProcedure): Promise<string[]> {
    const { people, workspaceId } = world;
    const sample = sampleFor(procedure, { ...ids, workspaceId });
    const asked = textFieldsOf(procedure)
      .filter((field) => field !== "workspaceId")
      .flatMap((field) => evil.map((text) => ({ field, text })));
    const flaws: string[] = [];
    for (const { field, text } of asked) {
      const startedAt = performance.now();
      const answer = await call(procedure, { ...sample, [field]: text }, people.ada.token);
      if (answer.status === 500 || answer.status === 503) flaws.push(`${field} ${text}: ${answer.status}`);
      if (performance.now() - startedAt > (SLEEP * 1_000) / 2) flaws.push(`${field} ${text}: it slept`);
    }
    return flaws;
  }

  test.each(ASKED)("for $path", async (procedure) => {
    const { people, server } = world;
    const { pool } = server.running.services.database;
    const countUsers = async () => (await pool.query("SELECT count(*) AS users FROM users")).rows;
    const before = await countUsers();

    expect(await flawsOf(procedure)).toEqual([]);

    expect(await countUsers()).toEqual(before);
    expect((await people.ada.api.me.get.query()).id).toBe(people.ada.userId);
  });

  test.each(["x-workspace-id", "idempotency-key", "x-request-id", "user-agent", "x-admin-key"])(
    "in the header %s",
    async (name) => {
      const { people } = world;
      for (const text of evil.filter((each) => /^[\x20-\x7e]+$/.test(each))) {
        const init = { token: people.ada.token, headers: { [name]: text } };
        expect((await send("/api/v1/projects", init)).status).toBeLessThan(500);
      }
    },
  );
});

test("whatever stands in what is logged, each entry is one line of JSON", async () => {
  const { people, server } = await openWorld({ ada: "owner" });
  const nasty = [
    "%0a{%22level%22:60}",
    "%0d%0aevil",
    "%1b[31mred",
    "%e2%80%a8line",
    "%22,%22level%22:60",
    "%00",
  ];
  for (const text of nasty) {
    await send(`/trpc/me.get${text}`, { token: people.ada.token, headers: { "user-agent": text } });
    await send(`/api/v1/${text}`, { headers: { "x-request-id": text, referer: text } });
  }

  const lines = server.log.text().trimEnd().split("\n");
  for (const line of lines) {
    const entry = JSON.parse(line) as { level: number };
    expect(entry.level).toBeLessThan(60);
  }
  expect(server.log.text()).not.toMatch(/[^\n\x20-\uffff]/);
});
