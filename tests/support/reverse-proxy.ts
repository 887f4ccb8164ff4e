import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A reverse proxy, as operators put one in front of the server, or of several. */
export interface Proxy {
  url: string;
  /** How many answers are under way from this server. */
  underWayFrom: (server: string) => number;
  close: () => Promise<void>;
}

/**
 * As they all do it: it appends where it was called from to what the caller has sent, takes the servers in turn, and the
 * next one where one cannot be reached. A query that was lost on the way is asked again elsewhere; a mutation never is.
 */
export async function openProxy(...servers: readonly string[]): Promise<Proxy> {
  const underWay = new Map<string, number>();
  let turn = 0;

  const passOn = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const first = turn++;
    for (let attempt = 0; attempt < servers.length; attempt++) {
      const server = servers[(first + attempt) % servers.length]!;
      const answer = await ask(server, incoming, body);
      if ("code" in answer) {
        if (answer.code === "ECONNREFUSED" || incoming.method === "GET") continue;
        break;
      }
      underWay.set(server, (underWay.get(server) ?? 0) + 1);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.once("close", () => {
        underWay.set(server, (underWay.get(server) ?? 0) - 1);
        if (!answer.complete) outgoing.destroy();
      });
      // The caller has left.
      outgoing.once("close", () => answer.destroy());
      return;
    }
    outgoing.writeHead(502).end();
  };

  const proxy = createServer((incoming, outgoing) => void passOn(incoming, outgoing));
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    underWayFrom: (server) => underWay.get(server) ?? 0,
    close: async () => {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, "close");
    },
  };
}

/** The answer as soon as it begins, or why there is none. */
function ask(
  server: string,
  { url = "", method, headers, socket }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage | { code: string }> {
  const forwarded = [headers["x-forwarded-for"], socket.remoteAddress]
    .filter((each) => each !== undefined)
    .join(", ");
  const onward = request(server + url, { method, headers: { ...headers, "x-forwarded-for": forwarded } });
  return new Promise((resolve) => {
    onward.once("response", resolve);
    onward.once("error", (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? "" }));
    onward.end(body);
  });
}
