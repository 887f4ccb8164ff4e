import { createClient } from "@gatehouse/client";
import { signToken } from "@gatehouse/client/sign-token";
import { grown } from "../../support/grow-tables.ts";
import { query } from "../load/requests.ts";
import { measure } from "../measure.ts";
import type { Lane, Measured } from "../measure.ts";
import { laneTable } from "../report.ts";
import type { Stage } from "../stage/stage.ts";
import type { Scenario } from "./scenario.ts";

/** So many workspaces have a key each. */
const KEYS = 64;
const SESSION = "session: me.get";

export const keys: Scenario = {
  name: "keys",
  about:
    "An API key, and a token signed with one, each asking `auth.whoami`, which reads the key as `me.get` reads the user.",
  run: async (stage, pace) => {
    const server = await stage.server("gatehouse");
    const made = await makeKeys(stage, server.port);
    const tokens = await Promise.all(
      made.map((apiKey) => signToken({ apiKey, subject: "bench", expiresInSeconds: 3_600 })),
    );
    const sessions = await stage.callers();
    const lane = (name: string, path: string, credentials: readonly string[]): Lane => {
      const requests = credentials.map((each) => query(path, undefined, each));
      return { name, server, requests: () => requests };
    };
    const measured = await measure(
      stage,
      [
        lane(SESSION, "me.get", sessions),
        lane("API key", "auth.whoami", made),
        lane("token signed with a key", "auth.whoami", tokens),
      ],
      pace,
    );
    const [session, key, token] = measured as [Measured, Measured, Measured];
    return {
      ...laneTable(measured, SESSION),
      goals: [
        {
          text: "CPU of an API key, times that of `me.get`",
          value: key.cpu / session.cpu,
          bound: { atMost: 1.5 },
        },
        {
          text: "CPU of a signed token, times that of `me.get`",
          value: token.cpu / session.cpu,
          bound: { atMost: 1.5 },
        },
      ],
    };
  },
};

async function makeKeys(stage: Stage, port: number): Promise<string[]> {
  const callers = await stage.callers();
  return Promise.all(
    callers.slice(0, KEYS).map(async (token, index) => {
      const api = createClient({ url: `http://127.0.0.1:${port}`, getToken: () => token });
      const { secret } = await api.apiKeys.create.mutate({
        workspaceId: grown.workspaceId(index + 1),
        name: "Bench",
        scopes: ["projects:read"],
        tier: "professional",
        jwtSigning: true,
      });
      return secret;
    }),
  );
}
