import { serve } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import { once } from "node:events";
import { buildApp } from "./app.ts";
import { requireLoopback } from "./guard.ts";
import { emptySettings } from "./settings.ts";
import { openStore } from "./store.ts";
import { openWatch } from "./watch.ts";
import { envelope } from "./webhooks/envelope.ts";
import { openOutbox } from "./webhooks/outbox.ts";
import type { Instance } from "./instance.ts";
import type { Endpoint } from "./webhooks/send.ts";

/** No such host: it only names the instance in `iss`. */
export const LOCAL_ISSUER = "https://clerk.local.test";

/** A Clerk instance on this machine, for development and tests. */
export interface LocalClerk {
  /** `http://127.0.0.1:PORT`: `apiUrl` of the Backend API and base of the Frontend API. */
  readonly url: string;
  /** What stands in `iss`: `https://clerk.local.test` unless told otherwise. */
  readonly issuer: string;
  /** `sk_test_…`; made at first open, kept. */
  readonly secretKey: string;
  /** `pk_test_` and the base64 of the issuer's host and a dollar sign, as the SDK wants it. */
  readonly publishableKey: string;
  readonly controlToken: string;
  /** Signs webhooks; made at first open, kept. `whsec_…` */
  readonly webhookSecret: string;
  /** Registers a receiver; deliveries to it are signed with webhookSecret. Idempotent by url. */
  addWebhookEndpoint(url: string, options?: { secret?: string; events?: readonly string[] }): void;
  /** Resolves when no delivery is waiting or under way (tests). */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface LocalClerkOptions {
  /** Where users and keys are kept between two starts; without it everything is in memory. */
  folder?: string;
  /** A loopback host; any other one is refused. */
  host?: string;
  /** 0: any that is free. */
  port: number;
  issuer?: string;
  now?: () => Date;
  /** Scales the waits between two attempts of a webhook; 0 tries again at once. */
  retryFactor?: number;
  log?: (line: string) => void;
}

export async function openLocalClerk(options: LocalClerkOptions): Promise<LocalClerk> {
  const { host = "127.0.0.1", issuer = LOCAL_ISSUER, retryFactor = 1 } = options;
  const log = options.log ?? (() => {});
  const now = options.now ?? (() => new Date());
  requireLoopback(host);

  const store = await openStore(options.folder, log);
  const settings = emptySettings();
  let port = options.port;
  const instance: Instance = {
    id: store.identity.id,
    issuer,
    get url() {
      return `http://${host === "::1" ? "[::1]" : "127.0.0.1"}:${port}`;
    },
    secrets: store.identity.secrets,
    keys: store.identity.keys,
    tables: store.tables,
    settings,
    now: () => now().getTime() + settings.clockOffsetSeconds * 1000,
    emit: (type, data) => void outbox.push({ type, body: envelope(instance, { type, data }) }),
    changed: () => store.changed(),
  };
  const outbox = openOutbox(instance, { retryFactor, log });
  const closing = new AbortController();
  const watch = openWatch(closing.signal);
  const { saveIdentity } = store;
  const app = buildApp({ instance, watch, outbox, saveIdentity, log, port: () => port });
  const server = await listen(app.fetch, { host: host === "localhost" ? "127.0.0.1" : host, port });
  port = portOf(server);
  await store.announce({ url: instance.url, controlToken: instance.secrets.controlToken });

  return {
    url: instance.url,
    issuer,
    ...instance.secrets,
    publishableKey: publishableKey(issuer),
    addWebhookEndpoint(url, { secret = instance.secrets.webhookSecret, events } = {}) {
      const endpoint: Endpoint = { url, secret, ...(events === undefined ? {} : { events }) };
      outbox.addEndpoint(endpoint);
    },
    settled: () => outbox.settled(),
    async close() {
      closing.abort();
      await store.withdraw();
      await closeServer(server);
      await outbox.close();
      // Last, so that everything that was answered or queued is in the file.
      await store.flush();
    },
  };
}

/** The SDK takes a publishable key only if it decodes to a host with a dot in it and a dollar sign at its end. */
function publishableKey(issuer: string): string {
  return `pk_test_${Buffer.from(`${new URL(issuer).host}$`).toString("base64")}`;
}

async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  at: { host: string; port: number },
): Promise<ServerType> {
  const server = serve({ fetch, hostname: at.host, port: at.port });
  // A port that is taken comes as an event; `once` turns it into a rejection.
  await once(server, "listening");
  return server;
}

function portOf(server: ServerType): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

async function closeServer(server: ServerType): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  if ("closeAllConnections" in server) server.closeAllConnections();
  await closed;
}
