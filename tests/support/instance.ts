import { createClient } from "@gatehouse/client";
import type { Api } from "@gatehouse/client";
import { randomUUID } from "node:crypto";
import { readConfig } from "../../server/src/base/config.ts";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import type { Controls } from "../../server/src/local-clerk/controls.ts";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import type { LocalClerk } from "../../server/src/local-clerk/open.ts";
import type { Services } from "../../server/src/services.ts";
import { startServer } from "../../server/src/start.ts";
import { openTestDatabase } from "./database.ts";
import { openLogBook } from "./log-book.ts";
import type { LogBook } from "./log-book.ts";

/** The server as it runs in production: over an instance of Clerk that is configured, and stands elsewhere. */
export interface InstanceServer {
  url: string;
  services: Services;
  instance: LocalClerk;
  clerk: Controls;
  log: LogBook;
  as: (token: string) => Api;
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
}

/** @param options.env what an operator would add to the settings of the instance */
export async function openInstanceServer(options: InstanceOptions = {}): Promise<InstanceServer> {
  const { env = {}, now } = options;
  const instance =
    options.instance ?? (await openLocalClerk({ port: 0, ...(now === undefined ? {} : { now }) }));
  const database = await openTestDatabase();
  const log = openLogBook();
  const config = readConfig({
    PORT: "0",
    LOG_LEVEL: "debug",
    CLERK_SECRET_KEY: instance.secretKey,
    CLERK_API_URL: instance.url,
    CLERK_ISSUER: instance.issuer,
    ...env,
  });
  const running = await startServer(config, {
    log: log.log,
    database: database.database,
    ...(now === undefined ? {} : { now }),
  });
  const { url } = running;
  return {
    url,
    services: running.services,
    instance,
    clerk: openControls(instance),
    log,
    as: (token) => createClient({ url, getToken: () => token }),
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

/** Somebody who is known to Clerk, signed in. */
export async function signUpAt(
  { clerk }: Pick<InstanceServer, "clerk">,
  name: string,
): Promise<{ userId: string; sessionId: string; email: string }> {
  const email = `${name}-${randomUUID().slice(0, 8)}@example.com`;
  const { id: userId } = await clerk.createUser({ email, firstName: name });
  const { id: sessionId } = await clerk.createSession(userId);
  return { userId, sessionId, email };
}
