import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A stand-in for the endpoint that gives out keys: it counts, and answers as it is told. */
export interface KeyEndpoint {
  url: string;
  requests: () => number;
  answer: (listener: RequestListener) => void;
  close: () => Promise<void>;
}

export async function openKeyEndpoint(): Promise<KeyEndpoint> {
  let requests = 0;
  let listener: RequestListener = outOfOrder;
  const server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/jwks`,
    requests: () => requests,
    answer: (next) => {
      listener = next;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const outOfOrder: RequestListener = (_request, response) => response.writeHead(500).end();

/** Answers with these keys. */
export function keys(...jwks: unknown[]): RequestListener {
  return (_request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: jwks }));
  };
}

export interface MadeKey {
  pem: string;
  jwk: Record<string, unknown>;
}

/** An RSA key as an instance of Clerk publishes it. */
export function makeKey(kid: string, modulusLength = 2_048): MadeKey {
  return published(kid, generateKeyPairSync("rsa", { modulusLength, publicExponent: 65_537 }).publicKey);
}

export function published(kid: string, key: KeyObject): MadeKey {
  const jwk = { ...key.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
  return { pem: key.export({ type: "spki", format: "pem" }).toString(), jwk };
}
