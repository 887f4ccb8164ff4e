import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { buildApp } from "../../server/src/http/app.ts";
import { openDirectLane } from "../../server/src/http/direct-lane.ts";
import { listen } from "../../server/src/http/listen.ts";
import { appRouter } from "../../server/src/router.ts";
import type { Services } from "../../server/src/services.ts";

/** A request to the letter: no header is added, joined or left out on its way. */
export interface Asked {
  method: string;
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer | null;
}

export interface Answered {
  status: number | undefined;
  headers: Record<string, string>;
  body: string;
}

/** Two doors to the same services: one has the direct lane in front of tRPC's own adapter, and one has not. */
export interface Roads {
  direct: (asked: Asked) => Promise<Answered>;
  official: (asked: Asked) => Promise<Answered>;
  /** How many requests the lane has taken, of all that came to its door. */
  taken: () => { direct: number; all: number };
  close: () => Promise<void>;
}

export async function openRoads(services: Services): Promise<Roads> {
  const { fetch } = buildApp(services);
  const lane = openDirectLane(appRouter, services);
  const count = { direct: 0, all: 0 };
  const agent = new Agent({ keepAlive: true });
  const at = { host: "127.0.0.1", port: 0 };
  const direct = await listen(fetch, {
    ...at,
    lane: (incoming, outgoing) => {
      const isTaken = lane(incoming, outgoing);
      count.all += 1;
      count.direct += isTaken ? 1 : 0;
      return isTaken;
    },
  });
  const official = await listen(fetch, { ...at, lane: null });
  return {
    direct: (asked) => ask(direct.url, asked, agent),
    official: (asked) => ask(official.url, asked, agent),
    taken: () => count,
    close: async () => {
      agent.destroy();
      await direct.close();
      await official.close();
    },
  };
}

async function ask(url: string, { method, path, headers, body }: Asked, agent: Agent): Promise<Answered> {
  const { hostname, port } = new URL(url);
  const named = headers.some(([name]) => name.toLowerCase() === "host")
    ? headers
    : [["Host", "a"], ...headers];
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // A body that is too large is not read to its end, and its connection is closed under whoever would use it next.
    const isLarge = body !== null && body.length > 50_000;
    const own = isLarge ? false : agent;
    const sent = request({ hostname, port, method, path, headers: named.flat(), agent: own });
    sent.once("response", resolve).once("error", reject);
    sent.end(body ?? undefined);
  });
  const parts: Buffer[] = [];
  // Whoever subscribes is told for as long as he stays.
  if (answer.headers["content-type"]?.startsWith("text/event-stream") === true) answer.destroy();
  else for await (const part of answer) parts.push(part as Buffer);
  const raw = answer.rawHeaders;
  const shown: Record<string, string> = {};
  for (let each = 0; each < raw.length; each += 2) {
    const name = raw[each]!.toLowerCase();
    shown[name] = [...(name in shown ? [shown[name]] : []), raw[each + 1]].join(" | ");
  }
  return withoutChance({
    status: answer.statusCode,
    headers: shown,
    body: Buffer.concat(parts).toString("latin1"),
  });
}

/** Two answers to one request differ in their times, in what is left of a quota, and in the ids of what they made. */
function withoutChance({ status, headers, body }: Answered): Answered {
  const { date: _, "x-request-id": requestId = "", "content-length": __, ratelimit = "", ...rest } = headers;
  // The pieces of a stream come in the order in which they are ready. No stream takes the lane.
  const isStream = "transfer-encoding" in headers;
  const text = body
    .replaceAll(requestId, "<request>")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<instant>")
    .replace(/"version":\d+/g, '"version":0')
    .replace(/expired \d+ s ago/g, "expired some time ago");
  const quota = ratelimit.replace(/r=\d+;t=\d+/, "r=0;t=0");
  return { status, headers: { ...rest, ratelimit: quota }, body: isStream ? "<stream>" : text };
}
