import { grown } from "../../support/grow-tables.ts";
import type { Growth } from "../../support/grow-tables.ts";
import { query, request } from "../load/requests.ts";
import { measure } from "../measure.ts";
import type { Lane, Measured } from "../measure.ts";
import type { StageServer } from "../stage/servers.ts";
import { ADMIN_KEY } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import type { Scenario } from "./scenario.ts";

/** Rows of a workspace are as many in both: what grows is everybody else. */
const SMALL: Growth = { workspaces: 10, membersPerWorkspace: 100, rowsPerWorkspace: 100 };
const LARGE: Growth = { ...SMALL, workspaces: 10_000 };
/** Few callers, the same on both sides: what waits in a queue says nothing about a statement. */
const CONNECTIONS = 4;

type RequestOf = (caller: { token: string; workspaceId: string; number: number }) => string;

const asked =
  (path: string, more: Record<string, unknown> = {}): RequestOf =>
  ({ token, workspaceId }) =>
    query(path, { workspaceId, ...more }, token);
const askedByAdmin =
  (path: string): RequestOf =>
  () =>
    request("GET", `/trpc/${path}`, { "x-admin-key": ADMIN_KEY });

const CALLS: Record<string, RequestOf> = {
  "me.get": ({ token }) => query("me.get", undefined, token),
  "workspaces.list": ({ token }) => query("workspaces.list", undefined, token),
  "members.list": asked("members.list"),
  "projects.list": asked("projects.list"),
  "projects.get": ({ token, workspaceId, number }) =>
    query("projects.get", { workspaceId, projectId: grown.projectId(number) }, token),
  "apiKeys.list": asked("apiKeys.list"),
  "invitations.list": asked("invitations.list"),
  "audit.list": asked("audit.list"),
  "credits.balance": asked("credits.balance"),
  "credits.entries": asked("credits.entries"),
  "usage.summary": asked("usage.summary"),
  "billing.payments": asked("billing.payments"),
  "admin.users.list": askedByAdmin("admin.users.list"),
  "admin.webhooks.list": askedByAdmin("admin.webhooks.list"),
  "admin.audit.list": askedByAdmin("admin.audit.list"),
};

export const growth: Scenario = {
  name: "growth",
  about:
    "The same calls with a thousand and with a million rows in each table that grows; the callers' own workspaces hold the same.",
  isLong: true,
  run: async (stage, pace) => {
    const small = await open(stage, "small", SMALL);
    const large = await open(stage, "large", LARGE);
    const callers = (await stage.callers()).slice(0, SMALL.workspaces).map((token, index) => ({
      token,
      number: index + 1,
      workspaceId: grown.workspaceId(index + 1),
    }));
    const rows: string[][] = [];
    let worst = 0;
    for (const [path, requestOf] of Object.entries(CALLS)) {
      const requests = callers.map(requestOf);
      const lane = (name: string, server: StageServer): Lane => ({
        name: `${path}, ${name}`,
        server,
        requests: () => requests,
        connections: CONNECTIONS,
      });
      const measured = await measure(stage, [lane("small", small), lane("large", large)], {
        ...pace,
        warmSeconds: 1,
        seconds: 1.5,
      });
      const [few, many] = measured as [Measured, Measured];
      // Of medians: a stall in one of few calls a second would pass for growth.
      const ratio = many.p50 / few.p50;
      worst = Math.max(worst, ratio);
      rows.push([path, few.p50.toFixed(2), many.p50.toFixed(2), ratio.toFixed(2)]);
    }
    return {
      head: ["", "p50 ms, 1,000 rows", "p50 ms, 1,000,000 rows", "time for one call, times"],
      rows,
      goals: [{ text: "the call that grows most, times", value: worst, bound: { atMost: 1.1 } }],
    };
  },
};

async function open(stage: Stage, name: string, size: Growth): Promise<StageServer> {
  const { url } = await stage.fill(name, size);
  return stage.start("gatehouse", stage.settings(url));
}
