import { createClient } from "@gatehouse/client";
import type { Api, GetToken } from "@gatehouse/client";
import { Pool } from "pg";
import { openControls } from "../../../server/src/local-clerk/controls.ts";
import type { LocalClerk } from "../../../server/src/local-clerk/open.ts";
import { openProvider } from "../../support/provider.ts";
import { openCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { ADMIN_KEY, startNode } from "./node.ts";
import type { Node, NodeOptions } from "./node.ts";

/** A server on a database of its own, somebody who owns a workspace with credits, and what may now be broken. */
export interface Scene {
  cluster: Cluster;
  clerk: LocalClerk;
  node: Node;
  getToken: GetToken;
  workspaceId: string;
  /** The owner, whose calls are never sent again: what he sees is what the server said. */
  api: Api;
  /** Straight to the database, past everything that is tried here. */
  pool: Pool;
  another: (options?: Partial<NodeOptions>) => Promise<Node>;
  close: () => Promise<void>;
}

export interface SceneOptions {
  cluster?: Cluster;
  /** Where the server finds the database; straight at the cluster where it is left out. */
  databaseUrl?: string;
  env?: Record<string, string>;
  under?: readonly string[];
}

export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const cluster = options.cluster ?? (await openCluster());
  const clerk = await openProvider({ port: 0 });
  const nodes: Node[] = [];
  const another: Scene["another"] = async (more = {}) => {
    const { env = {}, under = [], databaseUrl = cluster.url } = options;
    const node = await startNode({ databaseUrl, clerk, under, ...more, env: { ...env, ...more.env } });
    nodes.push(node);
    return node;
  };
  const node = await another();
  const pool = new Pool({ connectionString: cluster.url, max: 2 });
  pool.on("error", () => undefined);

  const controls = openControls(clerk);
  const { id: userId } = await controls.createUser({ email: "ada@example.com" });
  const { id: sessionId } = await controls.createSession(userId);
  const token = await controls.mint({ sessionId, expiresInSeconds: 3_600 });
  const getToken = (): string => token;
  const api = createClient({ url: node.url, getToken, retries: 0 });
  const { admin } = createClient({ url: node.url, adminKey: ADMIN_KEY });
  const { code } = await admin.accessCodes.create.mutate({});
  await api.accessCodes.redeem.mutate({ code });
  const { id: workspaceId } = await api.workspaces.create.mutate({ name: "The faults" });
  await admin.credits.adjust.mutate({ workspaceId, credits: 1_000_000_000, reason: "For the faults" });

  return {
    cluster,
    clerk,
    node,
    getToken,
    workspaceId,
    api,
    pool,
    another,
    close: async () => {
      for (const each of nodes) await each.kill();
      await pool.end();
      await clerk.close();
      await cluster.remove();
    },
  };
}
