import { createClerkClient } from "@clerk/backend";
import type { ClerkClient } from "@clerk/backend";
import { createClient } from "@gatehouse/client";
import type { AdminApi, Api } from "@gatehouse/client";
import { randomBytes, randomUUID } from "node:crypto";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import type { Controls } from "../../server/src/local-clerk/controls.ts";
import { openRaceDatabase } from "./database.ts";
import { openProvider } from "./provider.ts";
import { openProxy } from "./reverse-proxy.ts";
import type { Proxy } from "./reverse-proxy.ts";
import { startProcess } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

const ADMIN_KEY = "admin-key-of-the-cluster";

/** Several servers, each a process, on one database and one Redis, behind one balancer. */
export interface Cluster {
  /** The balancer. */
  proxy: Proxy;
  nodes: readonly ServerProcess[];
  clerk: Controls;
  /** Clerk's own SDK, for what an operator does at Clerk. */
  sdk: ClerkClient;
  /** A new user with product access. Whoever is given no address asks by the balancer. */
  signUp: () => Promise<{ as: (url?: string) => Api; userId: string; clerkId: string; email: string }>;
  admin: AdminApi;
  /** Kills a node and starts it again in its place. */
  restart: (node: ServerProcess) => Promise<void>;
  close: () => Promise<void>;
}

export async function openCluster(count: number, redisUrl: string): Promise<Cluster> {
  const database = await openRaceDatabase();
  const provider = await openProvider({ port: 0 });
  const clerk = openControls(provider);
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    CLERK_SECRET_KEY: provider.secretKey,
    CLERK_API_URL: provider.url,
    CLERK_ISSUER: provider.issuer,
    CLERK_WEBHOOK_SIGNING_SECRET: provider.webhookSecret,
    ADMIN_API_KEY: ADMIN_KEY,
    API_KEY_PEPPER: randomBytes(32).toString("base64"),
    TRUST_PROXY: "1",
  };
  const nodes = await Promise.all(Array.from({ length: count }, () => startProcess(env)));
  const proxy = await openProxy(...nodes.map(({ url }) => url));
  await clerk.addWebhookEndpoint({ url: `${proxy.url}/webhooks/clerk` });
  const admin = createClient({ url: proxy.url, adminKey: ADMIN_KEY });

  return {
    proxy,
    nodes,
    clerk,
    sdk: createClerkClient({
      secretKey: provider.secretKey,
      apiUrl: provider.url,
      telemetry: { disabled: true },
    }),
    admin,
    signUp: async () => {
      const email = `${randomUUID()}@example.com`;
      const { id: clerkId } = await clerk.createUser({ email });
      const { id: sessionId } = await clerk.createSession(clerkId);
      const token = await clerk.mint({ sessionId, expiresInSeconds: 3_600 });
      const as = (url = proxy.url): Api => createClient({ url, getToken: () => token });
      const { code } = await admin.admin.accessCodes.create.mutate({});
      const { id: userId } = await as().accessCodes.redeem.mutate({ code });
      return { as, userId, clerkId, email };
    },
    restart: async (node) => {
      await node.kill("SIGKILL");
      Object.assign(node, await startProcess({ ...env, PORT: new URL(node.url).port }));
    },
    close: async () => {
      await proxy.close();
      for (const node of nodes) await node.kill("SIGKILL");
      await provider.close();
      await database.drop();
    },
  };
}
