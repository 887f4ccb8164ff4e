import { expect, test } from "vitest";
import { toWire } from "../../server/src/rest/names.ts";
import { fieldsBesidePath, readRoutes } from "../../server/src/rest/routes.ts";
import type { RestRoute } from "../../server/src/rest/routes.ts";
import { toWireName } from "../../server/src/rest/shapes.ts";
import { appRouter } from "../../server/src/router.ts";
import { fillWorkspace } from "../support/fill-workspace.ts";
import { call, everyProcedure, sampleInput } from "../support/procedures.ts";
import { send } from "../support/raw.ts";
import { ADMIN_KEY } from "../support/server.ts";
import { openWorld } from "../support/world.ts";

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The path and the query that say what an input says. */
function addressOf(route: RestRoute, input: Record<string, unknown>): string {
  const path = route.steps.map((step) => (typeof step === "string" ? step : textOf(input[step.name])));
  const query = fieldsBesidePath(route).flatMap(([name]) =>
    input[name] === undefined ? [] : [[toWireName(name), textOf(input[name])] as [string, string]],
  );
  return `/api/v1/${path.join("/")}?${new URLSearchParams(query).toString()}`;
}

const queries = readRoutes(appRouter).filter(({ card }) => card.kind === "query");

test.each(queries.map((route) => [route.card.path, route] as const))(
  "%s answers REST as it answers tRPC",
  async (path, route) => {
    const world = await openWorld({ ada: "owner" });
    const ids = { ...(await fillWorkspace(world)), workspaceId: world.workspaceId };
    const procedure = everyProcedure().find((each) => each.path === path)!;
    const input = sampleInput(procedure, ids);
    const isAdmin = route.card.guard === "admin";
    const { token } = world.people.ada;

    const overRest = await send(
      addressOf(route, input),
      isAdmin ? { headers: { "x-admin-key": ADMIN_KEY } } : { token },
    );
    const overTrpc = isAdmin
      ? await send(`/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
          headers: { "x-admin-key": ADMIN_KEY },
        })
      : await call(procedure, input, token);

    expect([overRest.status, overRest.code]).toEqual([overTrpc.status, overTrpc.code]);
    if (overRest.status !== 200) return;
    const { result } = overTrpc.json as { result: { data: unknown } };
    expect(timeless(overRest.json)).toEqual(timeless(toWire(result.data, route.outputShape)));
  },
);

/** Without what differs between two calls that come one after the other. */
function timeless(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (key, value: unknown) =>
      /^(at|last_used_at|last_active_at|exported_at)$/.test(key) ? null : value,
    ),
  );
}
