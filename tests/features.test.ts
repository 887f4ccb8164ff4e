import { FEATURES, PERMISSIONS, TIERS, reaches } from "@gatehouse/shared";
import type { Feature, Tier } from "@gatehouse/shared";
import { beforeAll, describe, expect, test } from "vitest";
import { defaultLimits } from "../shared/src/limits.ts";
import { call, proceduresOf } from "./support/procedures.ts";
import { serveWith } from "./support/server.ts";
import { openWorld } from "./support/world.ts";

/** What the operator of this file's server keeps for whom. */
const KEPT: Record<Feature, Tier> = {
  auditTrail: "professional",
  keyTokens: "standard",
  machines: "standard",
  usageSeries: "professional",
};

beforeAll(() => serveWith({}, { limits: { features: KEPT } }));

async function openWorkspace(tier: Tier) {
  const world = await openWorld({ ada: "owner" });
  const { workspace } = world.server.running.services.database.db;
  await workspace.update({ where: { id: world.workspaceId }, data: { tier } });
  return world;
}

const kept = proceduresOf("workspace").flatMap((procedure) =>
  procedure.meta.feature === undefined ? [] : [{ ...procedure, wanted: KEPT[procedure.meta.feature] }],
);

describe.each(kept)("$path, kept for the tier $wanted", (procedure) => {
  test.each(TIERS)("in a workspace of the tier %s", async (tier) => {
    const { people, workspaceId } = await openWorkspace(tier);

    const { code, text } = await call(procedure, { workspaceId }, people.ada.token);

    if (reaches(tier, procedure.wanted)) return expect(code).not.toBe("TIER_REQUIRED");
    expect(code).toBe("TIER_REQUIRED");
    expect(text).toContain(procedure.wanted);
  });

  test.each(TIERS)("with a key of the tier %s in a workspace of the highest", async (tier) => {
    const { ada, workspaceId } = await openWorkspace("professional");
    const key = { workspaceId, name: "Robot", scopes: [...PERMISSIONS], tier };
    const { secret } = await ada.apiKeys.create.mutate(key);

    const { code } = await call(procedure, {}, secret);

    expect(code === "TIER_REQUIRED").toBe(!reaches(tier, procedure.wanted));
  });
});

test("a key that may sign tokens is made where the tier has them, and plain ones everywhere", async () => {
  const { ada, workspaceId, server } = await openWorkspace("lite");
  const key = { workspaceId, name: "Robot", scopes: ["projects:read" as const], tier: "lite" as const };

  await expect(ada.apiKeys.create.mutate({ ...key, jwtSigning: true })).toBeRefused("TIER_REQUIRED");
  expect((await ada.apiKeys.list.query({ workspaceId })).items).toEqual([]);
  await ada.apiKeys.create.mutate(key);

  await server.admin.admin.workspaces.setTier.mutate({ workspaceId, tier: "standard" });
  await ada.apiKeys.create.mutate({ ...key, jwtSigning: true });
});

test("unless the operator says otherwise, the smallest tier has everything", () => {
  expect(FEATURES.filter((feature) => defaultLimits().features[feature] !== "lite")).toEqual([]);
});
