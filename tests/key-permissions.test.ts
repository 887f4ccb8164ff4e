import { signToken } from "@gatehouse/client/sign-token";
import { PERMISSIONS, TIERS } from "@gatehouse/shared";
import type { Permission, Tier } from "@gatehouse/shared";
import { beforeAll, describe, expect, test } from "vitest";
import { call, everyProcedure, proceduresOf } from "./support/procedures.ts";
import { serveWith } from "./support/server.ts";
import { openWorld } from "./support/world.ts";

// One key of each tier asks for everything here, within a minute.
const requestsPerMinute = 100_000;
const tiers = Object.fromEntries(TIERS.map((tier) => [tier, { requestsPerMinute }]));
beforeAll(() => serveWith({}, { limits: { tiers } }));

/** No procedure does anything with it: what is asked is who gets as far as that. */
const SENSELESS = { nothing: "knows this" };

const opened = new Map<Tier, ReturnType<typeof openKey>>();
function keyOf(tier: Tier): ReturnType<typeof openKey> {
  const key = opened.get(tier) ?? openKey(tier);
  opened.set(tier, key);
  return key;
}

/** A key of an owner that may do everything, and tokens of it that may do less. */
async function openKey(tier: Tier) {
  const { ada, workspaceId, server } = await openWorld({ ada: "owner" });
  const { workspace } = server.running.services.database.db;
  await workspace.update({ where: { id: workspaceId }, data: { tier } });
  const key = await ada.apiKeys.create.mutate({
    workspaceId,
    name: "Everything",
    scopes: [...PERMISSIONS],
    tier,
    jwtSigning: true,
  });
  const tokenOf = (scopes: readonly Permission[]) =>
    signToken({ apiKey: key.secret, subject: "matrix", tier, scopes });
  return { apiKey: key.secret, tokenOf };
}

/** Which scope opens which procedure under which tier, as the router itself declares it. */
describe.each(proceduresOf("workspace"))("$path", (procedure) => {
  const { permission } = procedure.meta;

  test.each(TIERS)(
    `wants ${String(permission)} of a key of the tier %s, and no other scope will do`,
    async (tier) => {
      const { tokenOf } = await keyOf(tier);
      const others = PERMISSIONS.filter((scope) => scope !== permission);

      const withAllOthers = await call(procedure, SENSELESS, await tokenOf(others));
      if (permission !== "any member") {
        expect([withAllOthers.status, withAllOthers.code]).toEqual([403, "SCOPE_NOT_HELD"]);
        expect(withAllOthers.text).toContain(permission);
        const withNone = await call(procedure, SENSELESS, await tokenOf([]));
        expect(withNone.code).toBe("SCOPE_NOT_HELD");
      }

      const held = permission === undefined || permission === "any member" ? [] : [permission];
      expect((await call(procedure, SENSELESS, await tokenOf(held))).code).not.toBe("SCOPE_NOT_HELD");
    },
  );
});

describe("a key that may do everything in its workspace", async () => {
  const elsewhere = everyProcedure().filter(({ guard }) => guard === "protected" || guard === "admin");

  test.each(elsewhere)("is not a user or an admin for $path", async (procedure) => {
    const { apiKey } = await keyOf("lite");
    const answer = await call(procedure, SENSELESS, apiKey);
    expect(answer.status).toBe(403);
    expect(answer.code).toBe(procedure.guard === "admin" ? "INVALID_ADMIN_KEY" : "FORBIDDEN");
  });
});
