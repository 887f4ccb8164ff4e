import { randomBytes } from "node:crypto";
import { query } from "../load/requests.ts";
import { CONNECTIONS, measure } from "../measure.ts";
import type { Measured } from "../measure.ts";
import { laneTable } from "../report.ts";
import type { Scenario } from "./scenario.ts";

const ALONE = "good callers alone";

export const flood: Scenario = {
  name: "flood",
  about:
    "`me.get` of good callers, alone and beside as many connections from the same address that send forged tokens without a pause.",
  run: async (stage, pace) => {
    const server = await stage.server("gatehouse");
    const callers = await stage.callers();
    const good = callers.map((token) => query("me.get", undefined, token));
    const forged = callers.map((token) => query("me.get", undefined, forge(token)));
    const bad = { port: server.port, connections: CONNECTIONS, requests: forged };
    const measured = await measure(
      stage,
      [
        { name: ALONE, server, requests: () => good },
        { name: "beside a flood", server, requests: () => good, beside: [bad] },
      ],
      pace,
    );
    const [alone, beside] = measured as [Measured, Measured];
    return {
      ...laneTable(measured, ALONE),
      goals: [
        {
          text: "part of their requests/s that good callers keep",
          value: beside.perSecond / alone.perSecond,
          bound: { atLeast: 0.5 },
        },
      ],
    };
  },
};

/** The same claims under a signature that nobody made. */
function forge(token: string): string {
  const signature = randomBytes(256).toString("base64url");
  return [...token.split(".").slice(0, 2), signature].join(".");
}
