import fc from "fast-check";
import { expect } from "vitest";
import { everyProcedure } from "../support/procedures.ts";
import { ADMIN_KEY, serveWith } from "../support/server.ts";
import { openWorld } from "../support/world.ts";
import { requestsIn } from "./requests.ts";
import type { Scene } from "./requests.ts";
import { openRoads } from "./roads.ts";
import type { Asked, Roads } from "./roads.ts";

/** Nobody here is ever asked to wait: the quotas of the two roads are the same ones. */
const PLENTY = 1_000_000_000;
const LIMITS = {
  perMinute: {
    user: PLENTY,
    anonymous: PLENTY,
    accessCode: PLENTY,
    badCredential: PLENTY,
    badAdminKey: PLENTY,
  },
  tiers: { lite: { requestsPerMinute: PLENTY, projects: 1_000_000 } },
};

/** What asks somebody else, or changes between two requests. */
const LEFT_OUT = /^(me\.exportData|me\.sessions|admin\.webhooks|audit|admin\.audit|usage\.s)/;

function listed(type: "query" | "mutation"): string[] {
  return everyProcedure()
    .filter((each) => each.type === type && !LEFT_OUT.test(each.path))
    .map(({ path }) => path);
}

/** A workspace that many know differently, and both roads to it. */
export async function openScene(): Promise<Scene & Roads> {
  serveWith({ CORS_ORIGINS: "https://app.example.com" }, { limits: LIMITS });
  const { ada, workspaceId, people, server } = await openWorld({
    ada: "owner",
    vic: "viewer",
    eve: "stranger",
    nina: "newcomer",
  });
  const { secret } = await ada.apiKeys.create.mutate({
    workspaceId,
    name: "Robot",
    scopes: ["projects:read", "projects:write"],
    tier: "lite",
  });
  const { id: projectId } = await ada.projects.create.mutate({ workspaceId, name: "Atlas" });
  const gone = await server.clerk.mint({ sessionId: people.vic.sessionId, exp: 1_000_000_000 });
  const tokens = [people.ada.token, people.ada.token, people.vic.token, people.eve.token, people.nina.token];
  const bad = [gone, "nonsense", `${people.ada.token}x`, `${secret}x`, "ak_nobodys", "a.b.c"];
  const scene = {
    workspaceId,
    projectId,
    credentials: [
      "",
      ...[...tokens, secret, ...bad].map((each) => `Bearer ${each}`),
      `bearer ${people.ada.token}`,
      `Basic ${Buffer.from("ada:secret").toString("base64")}`,
      "Bearer",
    ],
    adminKeys: [ADMIN_KEY, "wrong-key-of-nobody"],
    queries: listed("query"),
    mutations: [...listed("mutation").filter((path) => path.startsWith("projects.")), "accessCodes.redeem"],
  };
  return { ...scene, ...(await openRoads(server.running.services)) };
}

const AT_ONCE = 10;

/** Sends so many made-up requests by both roads. SEED repeats a run that failed; it stands in the failure. */
export async function expectParity(scene: Scene & Roads, requests: number): Promise<void> {
  const together = fc.array(requestsIn(scene), { minLength: AT_ONCE, maxLength: AT_ONCE });
  const seed = process.env["SEED"];
  await fc.assert(
    fc.asyncProperty(together, async (asked) => {
      // Nothing may change between the two looks at it.
      await Promise.all(
        asked.filter(({ method }) => method !== "POST").map((each) => expectSame(each, scene)),
      );
      for (const each of asked.filter(({ method }) => method === "POST")) await expectSame(each, scene);
    }),
    { numRuns: Math.ceil(requests / AT_ONCE), ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
  // Or nothing has been shown.
  const { direct, all } = scene.taken();
  expect(direct).toBeGreaterThan(all / 4);
  expect(all - direct).toBeGreaterThan(all / 10);
}

async function expectSame(asked: Asked, { direct, official }: Roads): Promise<void> {
  expect(await direct(asked), `${asked.method} ${asked.path}`).toEqual(await official(asked));
}
