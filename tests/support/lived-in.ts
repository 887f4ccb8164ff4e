import { createClient } from "@gatehouse/client";
import type { Api } from "@gatehouse/client";
import pg from "pg";
import { readConfig } from "../../server/src/base/config.ts";
import { openControls } from "../../server/src/local-clerk/controls.ts";
import { startServer } from "../../server/src/start.ts";
import type { RunningServer } from "../../server/src/start.ts";
import { openLogBook } from "./log-book.ts";

const ADMIN_KEY = "an-admin-key-of-the-installation";

/** A server on a data folder, as an operator starts it. The caller stops it. */
export function startOn(folder: string, env: Record<string, string> = {}): Promise<RunningServer> {
  const settings = { DATA_DIR: folder, PORT: "0", LOCAL_CLERK_PORT: "0", ADMIN_API_KEY: ADMIN_KEY, ...env };
  return startServer(readConfig(settings), { log: openLogBook().log });
}

/** What somebody has who has used an installation. */
export interface Place {
  /** Ada's id at Clerk. */
  clerkId: string;
  workspaceId: string;
  /** The text of her workspace's API key. */
  secret: string;
}

export async function signUp({ localIdentity }: RunningServer, email: string): Promise<string> {
  return (await openControls(localIdentity!).createUser({ email })).id;
}

export async function signIn({ localIdentity, url }: RunningServer, clerkId: string): Promise<Api> {
  const clerk = openControls(localIdentity!);
  const { id: sessionId } = await clerk.createSession(clerkId);
  const token = await clerk.mint({ sessionId });
  return createClient({ url, getToken: () => token });
}

/** Somebody with a workspace, a project, a key and credits, some of them spent and some held. */
export async function live(server: RunningServer): Promise<Place> {
  const admin = createClient({ url: server.url, adminKey: ADMIN_KEY });
  const clerkId = await signUp(server, "ada@example.com");
  const ada = await signIn(server, clerkId);
  const { code } = await admin.admin.accessCodes.create.mutate({});
  await ada.accessCodes.redeem.mutate({ code });
  const { id: workspaceId } = await ada.workspaces.create.mutate({ name: "Ada's rockets" });
  await ada.projects.create.mutate({ workspaceId, name: "Atlas 🚀", description: 'quotes " \\ and\nlines' });
  const key = await ada.apiKeys.create.mutate({
    workspaceId,
    name: "CI",
    scopes: ["projects:read"],
    tier: "lite",
    ipAllow: ["127.0.0.0/8"],
  });
  await admin.admin.credits.adjust.mutate({ workspaceId, credits: 1_000_000_000_000, reason: "A start" });
  await ada.credits.spend.mutate({ workspaceId, credits: 7, reason: "Fuel", idempotencyKey: "fuel-1" });
  await ada.credits.hold.mutate({ workspaceId, credits: 100, reason: "Later", idempotencyKey: "later-1" });
  return { clerkId, workspaceId, secret: key.secret };
}

/** What Ada and her key see. */
export async function look(server: RunningServer, { clerkId, workspaceId, secret }: Place) {
  const ada = await signIn(server, clerkId);
  const asKey = createClient({ url: server.url, apiKey: secret });
  return {
    me: await ada.me.get.query(),
    balance: await ada.credits.balance.query({ workspaceId }),
    entries: await ada.credits.entries.query({ workspaceId }),
    audit: await ada.audit.list.query({ workspaceId }),
    projectsOfTheKey: await asKey.projects.list.query({}),
  };
}

/** One statement, past any server. */
export async function askDatabase(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
