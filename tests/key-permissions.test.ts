import { signToken } from "@gatehouse/client/sign-token";
import { PERMISSIONS, TIERS } from "@gatehouse/shared";
import type { Permission, Tier } from "@gatehouse/shared";
import { describe, expect, test } from "vitest";
import { call, everyProcedure, proceduresOf } from "./support/procedures.ts";
import { openWorld } from "./support/world.ts";

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
      const { tokenOf } = await openKey(tier);
      const others = PERMISSIONS.filter((scope) => scope !== permission);

      const withAllOthers = await call(procedure, {}, await tokenOf(others));
      if (permission !== "any member") {
        expect([withAllOthers.status, withAllOthers.code]).toEqual([403, "SCOPE_NOT_HELD"]);
        expect(withAllOthers.text).toContain(permission);
        const withNone = await call(procedure, {}, await tokenOf([]));
        expect(withNone.code).toBe("SCOPE_NOT_HELD");
      }

      const held = permission === undefined || permission === "any member" ? [] : [permission];
      expect((await call(procedure, {}, await tokenOf(held))).code).not.toBe("SCOPE_NOT_HELD");
    },
  );
});

describe("a key that may do everything in its workspace", async () => {
  const elsewhere = everyProcedure().filter(({ guard }) => guard === "protected" || guard === "admin");

  test.each(elsewhere)("is not a user or an admin for $path", async (procedure) => {
    const { apiKey } = await openKey("lite");
    const answer = await call(procedure, {}, apiKey);
    expect(answer.status).toBe(403);
    expect(answer.code).toBe(procedure.guard === "admin" ? "INVALID_ADMIN_KEY" : "FORBIDDEN");
  });
});
