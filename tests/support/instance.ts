import { createClerkClient } from "@clerk/backend";
import type { ClerkClient } from "@clerk/backend";
import { createClient } from "@gatehouse/client";
import type { Api, WorkspaceApi } from "@gatehouse/client";
import { randomUUID } from "node:crypto";
import { readConfig } from "../../server/src/base/config.ts";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import type { Controls } from "../../server/src/local-clerk/controls.ts";
import type { LocalClerk } from "../../server/src/local-clerk/open.ts";
import type { Services } from "../../server/src/services.ts";
import { startServer } from "../../server/src/start.ts";
import { openTestDatabase } from "./database.ts";
import { LANE } from "./lane.ts";
import { openLogBook } from "./log-book.ts";
import type { LogBook } from "./log-book.ts";
import { openProvider } from "./provider.ts";

/** The server as it runs in production: over an instance of Clerk that is configured, and stands elsewhere. */
export interface InstanceServer {
  url: string;
  services: Services;
  instance: LocalClerk;
  clerk: Controls;
  log: LogBook;
  /** Clerk's own SDK, for what an operator does at Clerk. */
  sdk: ClerkClient;
  as: (token: string) => Api;
  /** The same for a key that belongs to one workspace, which calls then need not name. */
  asKey: (key: string) => WorkspaceApi;
  /** Whoever shows this credential, as `auth.whoami` and `me.get` answer him over plain HTTP. */
  show: (authorization: string) => Promise<Shown>;
  stop: () => Promise<void>;
}

export interface Shown {
  whoami: Record<string, unknown>;
  status: number;
  headers: Headers;
  code: string | undefined;
  reason: string | undefined;
  text: string;
}

export interface InstanceOptions {
  env?: Record<string, string>;
  /** An instance that runs already; the caller closes it. */
  instance?: LocalClerk;
  now?: () => Date;
  monotonicMs?: () => number;
}

/** @param options.env what an operator would add to the settings of the instance */
export async function openInstanceServer(options: InstanceOptions = {}): Promise<InstanceServer> {
  const { env = {}, now, monotonicMs } = options;
  const instance =
    options.instance ?? (await openProvider({ port: 0, ...(now === undefined ? {} : { now }) }));
  const database = await openTestDatabase();
  const log = openLogBook();
  const config = readConfig({
    PORT: "0",
    LOG_LEVEL: "debug",
    // All tests come from one address, with bad credentials more often than any honest caller.
    RATE_LIMIT_ADDRESS_SCALE: "100000",
    CLERK_SECRET_KEY: instance.secretKey,
    CLERK_API_URL: instance.url,
    CLERK_ISSUER: instance.issuer,
    ...LANE,
    ...env,
  });
  const running = await startServer(config, {
    log: log.log,
    database: database.database,
    ...(now === undefined ? {} : { now }),
    ...(monotonicMs === undefined ? {} : { monotonicMs }),
  });
  const { url } = running;
  return {
    url,
    services: running.services,
    instance,
    clerk: openControls(instance),
    log,
    sdk: createClerkClient({
      secretKey: instance.secretKey,
      apiUrl: instance.url,
      telemetry: { disabled: true },
    }),
    as: (token) => createClient({ url, getToken: () => token }),
    asKey: (apiKey) => createClient({ url, apiKey }),
    show: (authorization) => show(url, authorization),
    stop: async () => {
      await running.stop();
      await database.close();
      if (options.instance === undefined) await instance.close();
    },
  };
}

async function show(url: string, authorization: string): Promise<Shown> {
  const headers = { authorization };
  const known = await fetch(`${url}/trpc/auth.whoami`, { headers });
  const { result } = (await known.json()) as { result: { data: Record<string, unknown> } };
  const answer = await fetch(`${url}/trpc/me.get`, { headers });
  const text = await answer.text();
  const { error } = JSON.parse(text) as { error?: { data: { code: string; reason?: string } } };
  return {
    whoami: result.data,
    status: answer.status,
    headers: answer.headers,
    code: error?.data.code,
    reason: error?.data.reason,
    text,
  };
}

/** Somebody who is known to Clerk and here, signed in. */
export interface Visitor {
  /** Clerk's id. */
  userId: string;
  /** Ours. */
  id: string;
  sessionId: string;
  email: string;
  /** A session token that lives for an hour. */
  token: string;
  api: Api;
}

export async function signUpAt({ clerk, as }: InstanceServer, name: string): Promise<Visitor> {
  const email = `${name}-${randomUUID().slice(0, 8)}@example.com`;
  const { id: userId } = await clerk.createUser({ email, firstName: name });
  const { id: sessionId } = await clerk.createSession(userId);
  const token = await clerk.mint({ sessionId, azp: "https://app.example.com", expiresInSeconds: 3_600 });
  const api = as(token);
  const { id } = await api.me.get.query();
  return { userId, id, sessionId, email, token, api };
}

/** A workspace with this owner; of a Clerk organization where one is named. */
export async function makeWorkspaceAt(
  { services }: InstanceServer,
  owner: Visitor,
  clerkOrganizationId: string | null = null,
): Promise<string> {
  const { id } = await services.database.db.workspace.create({
    data: {
      name: "The place",
      slug: `p-${randomUUID()}`,
      managedBy: clerkOrganizationId === null ? "local" : "clerk",
      clerkOrganizationId,
      members: { create: { userId: owner.id, role: "owner" } },
    },
  });
  return id;
}
