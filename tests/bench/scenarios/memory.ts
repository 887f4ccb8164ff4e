import { setTimeout as sleep } from "node:timers/promises";
import { grown } from "../../support/grow-tables.ts";
import { query } from "../load/requests.ts";
import { CONNECTIONS } from "../measure.ts";
import { residentMegabytes } from "../stage/probes.ts";
import type { Scenario } from "./scenario.ts";

const SECONDS = 600;
const BETWEEN_SECONDS = 5;

export const memory: Scenario = {
  name: "memory",
  about:
    "Resident memory of a fresh server under ten minutes of full load, half `me.get` and half `projects.list`.",
  isLong: true,
  run: async (stage) => {
    const { url } = await stage.database();
    const server = await stage.start("gatehouse", stage.settings(url));
    const callers = await stage.callers();
    const requests = callers.flatMap((token, index) => [
      query("me.get", undefined, token),
      query("projects.list", { workspaceId: grown.workspaceId(index + 1) }, token),
    ]);
    const samples = [residentMegabytes(server.pid)];
    const load = stage.load.run({
      groups: [{ port: server.port, connections: CONNECTIONS, requests }],
      seconds: SECONDS,
    });
    for (let second = 0; second < SECONDS; second += BETWEEN_SECONDS) {
      await sleep(BETWEEN_SECONDS * 1_000);
      samples.push(residentMegabytes(server.pid));
    }
    const [report] = await load;
    const slope = slopeOf(samples.slice(samples.length / 2)) * (60 / BETWEEN_SECONDS);
    const after = (seconds: number): string => (samples[seconds / BETWEEN_SECONDS] ?? Number.NaN).toFixed(0);
    return {
      head: ["", "MB"],
      rows: [
        ["before the first request", after(0)],
        ["after one minute", after(60)],
        ["after five minutes", after(300)],
        ["after ten minutes", after(SECONDS)],
        ["at most", Math.max(...samples).toFixed(0)],
        ["more in each minute of the second half", slope.toFixed(2)],
        ["requests in that time, thousands", ((report?.requests ?? 0) / 1_000).toFixed(0)],
      ],
      goals: [
        { text: "megabytes after ten minutes", value: samples.at(-1)!, bound: { atMost: 150 } },
        { text: "megabytes more a minute in the second half", value: slope, bound: { atMost: 0.5 } },
      ],
    };
  },
};

/** Of the straight line through values at equal distances (least squares). */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [index, value] of values.entries()) {
    above += (index - middle) * (value - mean);
    below += (index - middle) ** 2;
  }
  return above / below;
}
