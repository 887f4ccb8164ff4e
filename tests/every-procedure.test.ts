import { COMMON_ERRORS, GUARD_ERRORS, ROLES, ROLE_PERMISSIONS } from "@gatehouse/shared";
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { ProcedureMeta } from "../server/src/trpc/init.ts";
import { protectedProcedure } from "../server/src/trpc/procedures.ts";
import { router } from "../server/src/trpc/router.ts";
import { fillWorkspace } from "./support/fill-workspace.ts";
import { call, everyProcedure, proceduresOf, sampleInput } from "./support/procedures.ts";
import { snapshot } from "./support/snapshot.ts";
import { openWorkspace, openWorld } from "./support/world.ts";
import type { World } from "./support/world.ts";

/** Who asks: the same people all the time, for a question that is refused changes nothing about them. */
let mine: World<"owner" | "admin" | "member" | "viewer" | "eve">;
let theirs: World<"ada">;
/** What the others' workspace holds. */
let ids: Record<string, string>;

beforeAll(async () => {
  mine = await openWorld({
    owner: "owner",
    admin: "admin",
    member: "member",
    viewer: "viewer",
    eve: "stranger",
  });
  const others = await openWorld({ ada: "owner" });
  theirs = others;
  ids = await fillWorkspace(others);
});

/** The same questions, asked of every procedure that the router lists. */
describe.each(everyProcedure().filter((each) => each.guard !== "public"))("$path", (procedure) => {
  test("refuses nobody, and says how to sign in", async () => {
    const answer = await call(procedure, {});

    expect(answer.code).toBe(procedure.guard === "admin" ? "INVALID_ADMIN_KEY" : "UNAUTHORIZED");
    // A stream says it in its first event, where no header can.
    if (procedure.guard !== "admin" && procedure.type !== "subscription")
      expect(answer.headers.get("www-authenticate")).toContain('Bearer error="');
  });

  test("refuses a credential that is not good, rather than taking it for none", async () => {
    const answer = await call(procedure, {}, "not.a.token");

    expect(answer.status).toBe(401);
    expect(answer.code).toBe("UNAUTHORIZED");
  });

  test("refuses an input with an unknown key, and one that is no object", async () => {
    const { people, workspaceId } = mine;
    if (procedure.guard === "admin") return;

    for (const input of [{ workspaceId, surprise: 1 }, [workspaceId], "text", 7]) {
      if (procedure.input === null) continue;
      const answer = await call(procedure, input, people.owner.token);
      expect([answer.status, answer.code]).toEqual([400, "VALIDATION_FAILED"]);
    }
  });
});

describe.each(proceduresOf("workspace"))("$path", (procedure) => {
  const { permission } = procedure.meta;

  test("does not tell a stranger whether the workspace exists", async () => {
    const { people, workspaceId } = mine;

    const foreign = await call(procedure, { workspaceId }, people.eve.token);
    const nowhere = await call(procedure, { workspaceId: randomUUID() }, people.eve.token);

    expect(foreign.code).toBe("FORBIDDEN");
    expect(withoutId(nowhere.json)).toEqual(withoutId(foreign.json));
  });

  test.each(ROLES)(`asks a %s for ${String(permission)}`, async (role) => {
    const { token, userId } = mine.people[role];
    // Where he is allowed to, he may well end it.
    const workspaceId = await openWorkspace(userId, role);

    const answer = await call(procedure, { workspaceId }, token);

    const isAllowed = permission === "any member" || ROLE_PERMISSIONS[role].has(permission!);
    if (isAllowed) expect(answer.code).not.toBe("FORBIDDEN");
    else expect(answer.code).toBe("FORBIDDEN");
  });

  test("treats another tenant's ids as ids of nothing, and changes nothing", async () => {
    const { owner } = mine.people;
    const { pool } = mine.server.running.services.database;
    const input = sampleInput(procedure, { ...ids, workspaceId: mine.workspaceId });
    const usesTheirs = Object.values(ids).some((id) => Object.values(input).includes(id));
    const before = await snapshot(pool);

    if (usesTheirs) {
      expect((await call(procedure, input, owner.token)).code).toBe(
        procedure.path === "workspaces.transferOwnership" ? "NOT_MEMBER" : "NOT_FOUND",
      );
      expect(await snapshot(pool)).toEqual(before);
    }
    expect((await call(procedure, { ...input, workspaceId: theirs.workspaceId }, owner.token)).code).toBe(
      "FORBIDDEN",
    );
    expect(await snapshot(pool)).toEqual(before);
  });
});

test("every procedure declares only codes of the catalogue that its guard does not answer already", () => {
  for (const { guard, meta, path } of everyProcedure()) {
    const implied = new Set<string>([...GUARD_ERRORS[guard], ...COMMON_ERRORS]);
    expect(meta.errors?.filter((code) => implied.has(code)) ?? [], path).toEqual([]);
  }
});

test("a protected procedure that no key of Clerk's could be limited to is not built", () => {
  const summary = "Says nothing";

  expect(() => buildMute({ summary })).toThrow("mute has no scope");
  expect(() => buildMute({ summary, scope: "users:read" })).not.toThrow();
});

test("no two procedures share a REST route", () => {
  const routes = everyProcedure().flatMap(({ meta }) =>
    meta.rest === undefined ? [] : [`${meta.rest.method} ${meta.rest.path}`],
  );
  expect(new Set(routes).size).toBe(routes.length);
});

function withoutId(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json, (key, value: unknown) => (key === "requestId" ? undefined : value)));
}

function buildMute(meta: ProcedureMeta): unknown {
  return router({
    mute: protectedProcedure
      .meta(meta)
      .output(z.null())
      .query(() => null),
  });
}
