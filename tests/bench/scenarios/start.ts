import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { query, request } from "../load/requests.ts";
import { median } from "../measure.ts";
import { whole } from "../report.ts";
import { timeToFirstAnswer } from "../stage/servers.ts";
import type { Scenario } from "./scenario.ts";

export const start: Scenario = {
  name: "start",
  about:
    "From the start of the process to its first answer to `me.get`; with the embedded database on a folder that is there, until it is ready.",
  run: async (stage, pace) => {
    const { url } = await stage.database();
    // Builds it, if nobody has.
    await stage.server("textbook");
    // As the textbook has it: neither fetches a key before it can answer.
    const CLERK_JWT_KEY = (await stage.clerk.publicKey()).pem;
    const asked = query("me.get", undefined, await stage.tokenOf(1));
    const folder = await mkdtemp(join(tmpdir(), "gatehouse-bench-embedded-"));
    const embedded = { NODE_ENV: "development", DATA_DIR: folder, LOCAL_CLERK_PORT: "0" };
    const isReady = request("GET", "/readyz");
    await timeToFirstAnswer("gatehouse", embedded, isReady);

    const took = { ours: [] as number[], textbook: [] as number[], embedded: [] as number[] };
    for (let round = 0; round < Math.max(3, pace.rounds); round++) {
      took.ours.push(await timeToFirstAnswer("gatehouse", { ...stage.settings(url), CLERK_JWT_KEY }, asked));
      took.textbook.push(await timeToFirstAnswer("textbook", await stage.textbookSettings(url), asked));
      took.embedded.push(await timeToFirstAnswer("gatehouse", embedded, isReady));
    }
    await rm(folder, { recursive: true });
    const [ours, textbook, alone] = [median(took.ours), median(took.textbook), median(took.embedded)];
    return {
      head: ["", "ms to the first answer"],
      rows: [
        ["gatehouse", whole(ours)],
        ["textbook", whole(textbook)],
        ["gatehouse, embedded database", whole(alone)],
      ],
      goals: [
        { text: "start, part of the textbook's", value: ours / textbook, bound: { atMost: 0.7 } },
        {
          text: "seconds until the embedded database is ready",
          value: alone / 1_000,
          bound: { atMost: 1.5 },
        },
      ],
    };
  },
};
