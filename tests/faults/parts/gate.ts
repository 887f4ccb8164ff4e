import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A provider's door, which opens to certain values of `Authorization`: while a key is replaced, two are good. */
export interface Gate {
  url: string;
  good: Set<string>;
  /** How many were turned away. */
  turnedAway: () => number;
  close: () => Promise<void>;
}

export interface GateOptions {
  good: readonly string[];
  /** What stands behind it knows this one only. */
  real?: string;
  /** Where the key is shown; everywhere where this is left out. */
  at?: string;
}

export async function openGate(target: string, { good, real, at = "" }: GateOptions): Promise<Gate> {
  const open = new Set(good);
  let turnedAway = 0;
  const letIn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/", headers } = request;
    const body = await buffer(request);
    if (url.startsWith(at) && !open.has(headers.authorization ?? "")) {
      turnedAway += 1;
      return void response.writeHead(401, { "content-type": "application/json" }).end("{}");
    }
    const { host: _, connection: __, "content-length": ___, "transfer-encoding": ____, ...rest } = headers;
    const answer = await fetch(target + url, {
      method,
      headers: {
        ...(rest as Record<string, string>),
        ...(real === undefined ? {} : { authorization: real }),
      },
      ...(body.length === 0 ? {} : { body }),
    });
    const type = answer.headers.get("content-type") ?? "application/json";
    response.writeHead(answer.status, { "content-type": type }).end(Buffer.from(await answer.arrayBuffer()));
  };
  const server = createServer((request, response) => void letIn(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    good: open,
    turnedAway: () => turnedAway,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
