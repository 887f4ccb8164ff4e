import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Heard {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Said {
  status?: number;
  body: unknown;
}

/** A provider's API on loopback. It answers what `answer` says and remembers what it was asked. */
export interface StandIn {
  url: string;
  heard: Heard[];
  close: () => Promise<void>;
}

export async function openStandIn(answer: (request: Heard) => Said): Promise<StandIn> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "GET", url = "/", headers } = request;
      const asked = { method, path: url, headers, body: Buffer.concat(parts).toString() };
      heard.push(asked);
      const { status = 200, body } = answer(asked);
      const text = typeof body === "string" ? body : JSON.stringify(body);
      response.writeHead(status, { "content-type": "application/json" }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
