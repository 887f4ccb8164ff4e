import { grown } from "../../support/grow-tables.ts";
import { batch, mutation, query } from "../load/requests.ts";
import { measure } from "../measure.ts";
import type { Lane, Measured } from "../measure.ts";
import { laneTable } from "../report.ts";
import type { Goal } from "../report.ts";
import type { ServerName } from "../stage/servers.ts";
import type { Stage } from "../stage/stage.ts";
import type { Scenario } from "./scenario.ts";

const TEXTBOOK = "textbook";
const OURS = "gatehouse";

/** The same requests to several servers. */
async function lanesOf(
  stage: Stage,
  names: readonly ServerName[],
  requestOf: (token: string, caller: number) => string,
): Promise<Lane[]> {
  const callers = await stage.callers();
  const requests = callers.map((token, index) => requestOf(token, index + 1));
  const lanes: Lane[] = [];
  for (const name of names) lanes.push({ name, server: await stage.server(name), requests: () => requests });
  return lanes;
}

/** How many times the requests of the other our server answers in a second. */
function faster(lanes: readonly Measured[], than: string, atLeast: number, unit = "requests/s"): Goal {
  const of = (name: string): number => lanes.find((lane) => lane.name === name)!.perSecond;
  return { text: `${unit}, times ${than}`, value: of(OURS) / of(than), bound: { atLeast } };
}

const listOf = (caller: number) => ({ workspaceId: grown.workspaceId(caller), limit: 20 });

const me: Scenario = {
  name: "me",
  about:
    "`me.get` of 512 signed-in users; beside it tRPC's own `hello` without a credential, and bare `node:http`.",
  run: async (stage, pace) => {
    const lanes = await lanesOf(stage, [OURS, TEXTBOOK], (token) => query("me.get", undefined, token));
    lanes.push(
      {
        name: "tRPC hello",
        server: await stage.server("hello"),
        requests: () => [query("hello").replace("/trpc", "")],
      },
      { name: "node:http", server: await stage.server("bare"), requests: () => [query("hello")] },
    );
    const measured = await measure(stage, lanes, pace);
    const [ours, textbook] = measured as [Measured, Measured];
    return {
      ...laneTable(measured, TEXTBOOK),
      goals: [
        faster(measured, TEXTBOOK, 20),
        faster(measured, "tRPC hello", 4),
        faster(measured, "node:http", 0.5),
        { text: "p99, part of the textbook's", value: ours.p99 / textbook.p99, bound: { atMost: 0.05 } },
      ],
    };
  },
};

const list: Scenario = {
  name: "list",
  about: "`projects.list` of 20, each caller in a workspace of his own.",
  run: async (stage, pace) => {
    const lanes = await lanesOf(stage, [OURS, TEXTBOOK], (token, caller) =>
      query("projects.list", listOf(caller), token),
    );
    const measured = await measure(stage, lanes, pace);
    return { ...laneTable(measured, TEXTBOOK), goals: [faster(measured, TEXTBOOK, 5)] };
  },
};

const create: Scenario = {
  name: "create",
  about:
    "`projects.create`: ours with its audit line, its event and the limit of the workspace, the textbook's a plain insert.",
  run: async (stage, pace) => {
    const lanes = await lanesOf(stage, [OURS, TEXTBOOK], (token, caller) =>
      mutation("projects.create", { workspaceId: grown.workspaceId(caller), name: "Atlas" }, token),
    );
    const measured = await measure(stage, lanes, pace);
    return { ...laneTable(measured, TEXTBOOK), goals: [faster(measured, TEXTBOOK, 3)] };
  },
};

const three: Scenario = {
  name: "batch",
  about: "One batch of `me.get` and two `projects.list` of 20.",
  run: async (stage, pace) => {
    const lanes = await lanesOf(stage, [OURS, TEXTBOOK], (token, caller) =>
      batch([["me.get"], ["projects.list", listOf(caller)], ["projects.list", listOf(caller)]], token),
    );
    const measured = await measure(stage, lanes, pace);
    return { ...laneTable(measured, TEXTBOOK), goals: [faster(measured, TEXTBOOK, 4, "batches/s")] };
  },
};

const ten: Scenario = {
  name: "batch-of-ten",
  about: "One batch of ten calls, the most that is allowed: `me.get` and nine `projects.get`.",
  run: async (stage, pace) => {
    const lanes = await lanesOf(stage, [OURS, TEXTBOOK], (token, caller) => {
      const input = { workspaceId: grown.workspaceId(caller), projectId: grown.projectId(caller) };
      const gets = Array.from({ length: 9 }, () => ["projects.get", input] as const);
      return batch([["me.get"], ...gets], token);
    });
    return { ...laneTable(await measure(stage, lanes, pace), TEXTBOOK), goals: [] };
  },
};

const cold: Scenario = {
  name: "cold",
  about:
    "`me.get` by a token that has never been seen, of a user who has never asked: each request is another one.",
  run: async (stage, pace) => {
    // Many short rounds: whatever else the machine does for some seconds strikes both servers.
    const turns = pace.isQuick ? pace : { ...pace, rounds: 9 };
    const size = 1_200;
    // What V8 has not compiled yet would be measured as well: this road is taken by no other scenario.
    const sizes = [pace.isQuick ? size : 10 * size, ...Array.from({ length: turns.rounds }, () => size)];
    const rounds: string[][] = [];
    let user = 1_000;
    stage.say("minting tokens …");
    for (const each of sizes) {
      const requests: string[] = [];
      while (requests.length < each)
        requests.push(query("me.get", undefined, await stage.tokenOf((user += 1))));
      rounds.push(requests);
    }
    const warm = await lanesOf(stage, [OURS, TEXTBOOK], (token) => query("me.get", undefined, token));
    const lanes = warm.map((lane) => ({
      ...lane,
      once: true,
      requests: (round: number) => rounds[round]!,
    }));
    const measured = await measure(stage, lanes, turns);
    const [ours, textbook] = measured as [Measured, Measured];
    return {
      ...laneTable(measured, TEXTBOOK),
      goals: [
        {
          text: "CPU of the textbook's, times ours",
          value: textbook.cpu / ours.cpu,
          bound: { atLeast: 3.5 },
        },
      ],
    };
  },
};

export const calls: readonly Scenario[] = [me, list, create, three, ten, cold];
