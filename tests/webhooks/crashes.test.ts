import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { Webhook } from "svix";
import { expect } from "vitest";
import { openRaceDatabase, testOnPostgres } from "../support/database.ts";
import { openSecondNode } from "../support/second-node.ts";
import { testServer } from "../support/server.ts";
import { deliver } from "./deliver.ts";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
const SECRET = `whsec_${Buffer.from("a secret of the crashing server.").toString("base64")}`;
const EVENTS = 500;
const AT = 1_744_276_393_644;

testOnPostgres("fifty copies of one event at once, on two servers, have one effect", async () => {
  const server = await testServer();
  const second = await openSecondNode(server);
  const nodes = [server, { url: second.url, running: second }];
  const body = JSON.stringify(joining(0, "storm"));
  try {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, copy) =>
        deliver(body, { id: "msg_storm_on_two", server: nodes[copy % 2]! }),
      ),
    );
    const outcomes = await Promise.all(answers.map((each) => each.json() as Promise<{ outcome: string }>));
    expect(outcomes.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === "repeat")).toHaveLength(49);
    const lines = { where: { requestId: "msg_storm_on_two" } };
    expect(await server.running.services.database.db.auditEntry.count(lines)).toBe(1);
  } finally {
    await second.stop();
  }
});

testOnPostgres(
  "a server that is killed in the middle of five hundred events loses none and applies none twice",
  { timeout: 120_000 },
  async () => {
    const { url: databaseUrl, drop } = await openRaceDatabase();
    const folder = await mkdtemp(join(tmpdir(), "gatehouse-crash-"));
    let server = await start(folder, databaseUrl);
    const taken = new Set<number>();
    try {
      // As Svix would: each event until it is taken, several at once, the first ones before and during the crash.
      await sendAll(server.url, taken, () => {
        if (taken.size === EVENTS / 2) server.child.kill("SIGKILL");
      });
      expect(taken.size).toBeLessThan(EVENTS);

      server = await start(folder, databaseUrl);
      const again = new Set<number>();
      await sendAll(server.url, again, () => {});
      expect(again.size).toBe(EVENTS);

      expect(await counts(databaseUrl)).toEqual({
        users: EVENTS,
        members: EVENTS,
        lines: EVENTS,
        applied: EVENTS,
      });
    } finally {
      server.child.kill("SIGKILL");
      await drop();
      await rm(folder, { recursive: true });
    }
  },
);

/** Somebody joins an organization of his own: a user, a workspace, a member and a line in the audit trail. */
function joining(index: number, name = "crash") {
  const times = { created_at: AT, updated_at: AT };
  const data = {
    id: `orgmem_${name}${index}`,
    role: "org:member",
    organization: { id: `org_${name}${index}`, name: "Acme", slug: `${name}-${index}`, ...times },
    public_user_data: { user_id: `user_${name}${index}` },
    ...times,
  };
  return { object: "event", type: "organizationMembership.created", data, timestamp: AT };
}

/** Sends every event once, eight at a time; notes which of them were taken. */
async function sendAll(url: string, taken: Set<number>, onTaken: () => void): Promise<void> {
  const waiting = Array.from({ length: EVENTS }, (_, index) => index);
  const sender = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const body = JSON.stringify(joining(index));
      const id = `msg_crash${index}`;
      const at = new Date();
      const headers = {
        "content-type": "application/json",
        "svix-id": id,
        "svix-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "svix-signature": new Webhook(SECRET).sign(id, at, body),
      };
      const answer = await fetch(`${url}/webhooks/clerk`, { method: "POST", body, headers }).catch(
        () => null,
      );
      if (answer?.ok !== true) continue;
      taken.add(index);
      onTaken();
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
}

async function start(folder: string, databaseUrl: string): Promise<{ child: ChildProcess; url: string }> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    PORT: "0",
    TSX_TSCONFIG_PATH: join(ROOT, "tsconfig.json"),
    CLERK_SECRET_KEY: "sk_test_crash",
    CLERK_ISSUER: "https://crash.clerk.accounts.dev",
    CLERK_WEBHOOK_SIGNING_SECRET: SECRET,
  };
  // Not through tsx's command, which would run the server in a child of its own: the kill must strike the server.
  const program = [
    "--import",
    join(ROOT, "node_modules/tsx/dist/loader.mjs"),
    join(ROOT, "server/src/main.ts"),
  ];
  const child = spawn(process.execPath, program, { cwd: folder, env });
  const url = await new Promise<string>((up, refuse) => {
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        const [, found] = /API\s+(http:\S+)\/trpc/.exec(text) ?? [];
        if (found !== undefined) up(found);
      });
    child.once("close", () => refuse(new Error(text)));
  });
  return { child, url };
}

async function counts(databaseUrl: string): Promise<Record<string, number>> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM users) AS users,
              (SELECT count(*)::int FROM workspace_members WHERE role = 'owner') AS members,
              (SELECT count(*)::int FROM audit_entries) AS lines,
              (SELECT count(*)::int FROM webhook_events WHERE outcome = 'applied') AS applied`,
    );
    return rows[0] ?? {};
  } finally {
    await client.end();
  }
}
