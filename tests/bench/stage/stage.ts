import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openControls } from "../../../server/src/local-clerk/controls.ts";
import type { Controls } from "../../../server/src/local-clerk/controls.ts";
import { openLocalClerk } from "../../../server/src/local-clerk/open.ts";
import type { LocalClerk } from "../../../server/src/local-clerk/open.ts";
import { grown } from "../../support/grow-tables.ts";
import type { Growth } from "../../support/grow-tables.ts";
import { startLoad } from "../load/load.ts";
import type { Load } from "../load/load.ts";
import { openStageDatabase } from "./database.ts";
import type { StageDatabase } from "./database.ts";
import { logFile } from "./processes.ts";
import { buildTextbook, startStageServer } from "./servers.ts";
import type { ServerName, StageServer } from "./servers.ts";

export const CALLERS = 512;
export const ADMIN_KEY = "admin-key-of-the-benchmark";
const APP = "https://app.example.com";
const HIGH = 1_000_000_000;
/** The benchmark's few callers ask more often than anybody is allowed to. Limits stay on, and are far away. */
const LIMITS = {
  perMinute: { user: HIGH },
  tiers: { professional: { requestsPerMinute: HIGH, projects: 1_000_000, apiKeys: 1_000_000 } },
};

/** Everything that a scenario needs. What nobody asks for is never opened. */
export interface Stage {
  load: Load;
  clerk: Controls;
  webhookSecret: string;
  /** The usual one: 10,000 workspaces, 100,000 members, 200,000 projects. */
  database(): Promise<StageDatabase>;
  /** One more; it is dropped at the end. */
  fill(name: string, growth: Growth): Promise<StageDatabase>;
  /** Leaves the servers' core to the servers: whoever works for the databases goes to the other one. */
  clearCore(): Promise<void>;
  /** The usual one of this name. */
  server(name: ServerName): Promise<StageServer>;
  /** One more; it is stopped at the end. */
  start(name: ServerName, env: Record<string, string>): Promise<StageServer>;
  /** What our server is told about a database. */
  settings(databaseUrl: string): Record<string, string>;
  /** What the textbook is told. */
  textbookSettings(databaseUrl: string): Promise<Record<string, string>>;
  /** Session tokens of the owners of the first workspaces, one each. */
  callers(): Promise<string[]>;
  /** A session token of user n. */
  tokenOf(number: number): Promise<string>;
  say: (line: string) => void;
  close(): Promise<void>;
}

export async function openStage(say: (line: string) => void): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-bench-"));
  await writeFile(join(folder, "limits.json"), JSON.stringify(LIMITS));
  const instance = await openLocalClerk({ port: 0 });
  const clerk = openControls(instance);
  const usual = new Map<ServerName, StageServer>();
  const servers: StageServer[] = [];
  const databases: StageDatabase[] = [];
  const load = startLoad();
  const own = settingsOf(instance, join(folder, "limits.json"));
  const tokenOf = (number: number): Promise<string> =>
    clerk.mint({ userId: grown.clerkId(number), azp: APP, expiresInSeconds: 36_000 });

  let database: Promise<StageDatabase> | null = null;
  let callers: Promise<string[]> | null = null;
  let isBuilt = false;
  const stage: Stage = {
    load,
    clerk,
    webhookSecret: instance.webhookSecret,
    database: () => {
      database ??= stage.fill("usual", { workspaces: 10_000, membersPerWorkspace: 10, rowsPerWorkspace: 20 });
      return database;
    },
    fill: async (name, growth) => {
      say(`filling a database with ${growth.workspaces} workspaces …`);
      const filled = await openStageDatabase(`gatehouse_bench_${name}`, growth);
      databases.push(filled);
      return filled;
    },
    clearCore: async () => {
      for (const each of databases) await each.pin();
    },
    server: async (name) => {
      const known = usual.get(name) ?? (await stage.start(name, await envOf(stage, name)));
      usual.set(name, known);
      return known;
    },
    start: async (name, env) => {
      if (name === "textbook" && !isBuilt) buildTextbook(say);
      isBuilt ||= name === "textbook";
      const server = await startStageServer(name, env);
      servers.push(server);
      return server;
    },
    settings: (databaseUrl) => ({ ...own, DATABASE_URL: databaseUrl }),
    textbookSettings: async (databaseUrl) => ({
      DATABASE_URL: databaseUrl,
      CLERK_PUBLISHABLE_KEY: instance.publishableKey,
      CLERK_SECRET_KEY: instance.secretKey,
      CLERK_JWT_KEY: (await clerk.publicKey()).pem,
      CLERK_WEBHOOK_SIGNING_SECRET: instance.webhookSecret,
      CLERK_TELEMETRY_DISABLED: "1",
    }),
    callers: () => {
      callers ??= inTurn(CALLERS, tokenOf);
      return callers;
    },
    tokenOf,
    say,
    close: async () => {
      await load.stop();
      for (const server of servers) await server.stop();
      await instance.close();
      for (const each of databases) await each.drop();
      await rm(folder, { recursive: true });
      await rm(logFile, { force: true });
    },
  };
  return stage;
}

/** The settings of an operator in production, with his limits. */
function settingsOf(instance: LocalClerk, limitsFile: string): Record<string, string> {
  return {
    CLERK_SECRET_KEY: instance.secretKey,
    CLERK_API_URL: instance.url,
    CLERK_ISSUER: instance.issuer,
    CLERK_AUTHORIZED_PARTIES: APP,
    CLERK_WEBHOOK_SIGNING_SECRET: instance.webhookSecret,
    ADMIN_API_KEY: ADMIN_KEY,
    API_KEY_PEPPER: randomBytes(32).toString("base64"),
    API_KEY_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    LIMITS_FILE: limitsFile,
  };
}

async function envOf(stage: Stage, name: ServerName): Promise<Record<string, string>> {
  switch (name) {
    case "gatehouse":
      return stage.settings((await stage.database()).url);
    case "textbook":
      return stage.textbookSettings((await stage.database()).url);
    case "hello":
    case "bare":
      return {};
  }
}

/** From the first to the last, one after the other: numbers begin at 1. */
async function inTurn<T>(count: number, make: (number: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let number = 1; number <= count; number++) made.push(await make(number));
  return made;
}
