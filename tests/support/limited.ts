import { randomUUID } from "node:crypto";
import type { TestDatabase } from "./database.ts";
import { openTestServer } from "./server.ts";
import type { TestServer } from "./server.ts";

/** A server of its own with small limits, somebody who owns a workspace on it, and a key of that workspace. */
export interface LimitedServer extends TestServer {
  token: string;
  workspaceId: string;
  apiKey: string;
  /** One more user of the server. */
  signUp: () => Promise<string>;
  /** A request as curl would make it. */
  ask: (path: string, headers?: Record<string, string>) => Promise<Response>;
  stop: () => Promise<void>;
}

export const SMALL_LIMITS = {
  perMinute: { user: 8, anonymous: 4, accessCode: 3, badCredential: 4, badAdminKey: 3, badSignature: 3 },
  tiers: { lite: { requestsPerMinute: 6 }, standard: { requestsPerMinute: 12 } },
};

/** @param shared a database that the caller closes; one of its own where it is left out */
export async function openLimitedServer(
  env: Record<string, string> = {},
  shared?: TestDatabase,
): Promise<LimitedServer> {
  const server = await openTestServer(
    { RATE_LIMIT_ADDRESS_SCALE: "1", ...env },
    { limits: SMALL_LIMITS, ...(shared === undefined ? {} : { database: shared }) },
  );
  const { db } = server.running.services.database;
  const signUp = async (): Promise<string> => {
    const { id } = await server.clerk.createUser({ email: `${randomUUID()}@example.com` });
    const { id: sessionId } = await server.clerk.createSession(id);
    return server.clerk.mint({ sessionId });
  };
  const token = await signUp();
  const me = await server.as(token).me.get.query();
  const workspace = await db.workspace.create({
    data: { name: "Limits", slug: randomUUID(), members: { create: { userId: me.id, role: "owner" } } },
  });
  const { secret } = await server.as(token).apiKeys.create.mutate({
    workspaceId: workspace.id,
    name: "Limited",
    scopes: ["projects:read"],
    tier: "lite",
  });
  return {
    ...server,
    token,
    workspaceId: workspace.id,
    apiKey: secret,
    signUp,
    ask: (path, headers = {}) => fetch(`${server.url}${path}`, { headers }),
  };
}

/** How many of so many requests, one after the other, are not refused with 429. */
export async function admitted(times: number, ask: () => Promise<Response>): Promise<number> {
  let passed = 0;
  for (let each = 0; each < times; each++) {
    const answer = await ask();
    await answer.arrayBuffer();
    if (answer.status !== 429) passed += 1;
  }
  return passed;
}
