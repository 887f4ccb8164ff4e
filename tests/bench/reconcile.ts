import { createClerkClient } from "@clerk/backend";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "pg";
import { openLocalClerk } from "../../server/src/local-clerk/open.ts";
import type { LocalClerk } from "../../server/src/local-clerk/open.ts";

// What it takes to compare a whole instance of Clerk with the tables: how long, and how much is held in memory, which must
// not grow with the number of users. With DATABASE_URL in a database of its own on that PostgreSQL, else on the embedded
// one. Clerk is the local provider, which answers faster than Clerk does and never asks to wait.

const SIZES = [1_000, 10_000];
/** One user in a hundred changes his name between the two runs, and one organization in a hundred goes. */
const RARE = 100;

console.log("users  organizations  found                                  pages  seconds  heap held");
for (const users of SIZES) await measure(users);

async function measure(users: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-bench-"));
  const database = await openDatabaseOfItsOwn();
  const provider = await openLocalClerk({ port: 0 });
  const env = {
    DATA_DIR: folder,
    ...(database === null ? {} : { DATABASE_URL: database.url }),
    CLERK_SECRET_KEY: provider.secretKey,
    CLERK_API_URL: provider.url,
    CLERK_ISSUER: provider.issuer,
  };
  try {
    await fill(provider, users);
    print(users, await reconcileOnce(env));
    await change(provider);
    print(users, await reconcileOnce(env));
  } finally {
    await provider.close();
    await database?.drop();
    await rm(folder, { recursive: true });
  }
}

function sdkOf({ secretKey, url }: LocalClerk) {
  return createClerkClient({ secretKey, apiUrl: url, telemetry: { disabled: true } });
}

/** For ten users one organization, with its founder, one more member, and one invitation. */
async function fill(provider: LocalClerk, users: number): Promise<void> {
  const { users: people, organizations } = sdkOf(provider);
  let founder = "";
  for (let index = 0; index < users; index++) {
    const { id } = await people.createUser({
      emailAddress: [`p${index}@example.com`],
      firstName: `P${index}`,
    });
    if (index % 10 === 0) founder = id;
    if (index % 10 !== 1) continue;
    const { id: organizationId } = await organizations.createOrganization({
      name: `Organization ${index}`,
      createdBy: founder,
    });
    const member = { organizationId, role: "org:member" };
    await organizations.createOrganizationMembership({ ...member, userId: id });
    await organizations.createOrganizationInvitation({
      ...member,
      emailAddress: `guest${index}@example.com`,
    });
  }
}

async function change(provider: LocalClerk): Promise<void> {
  const { users: people, organizations } = sdkOf(provider);
  const ids = [...(await everything((page) => people.getUserList(page)))];
  for (const [index, { id }] of ids.entries())
    if (index % RARE === 0) await people.updateUser(id, { firstName: "Changed" });
  const places = await everything((page) => organizations.getOrganizationList(page));
  for (const [index, { id }] of places.entries())
    if (index % RARE === 0) await organizations.deleteOrganization(id);
}

async function everything<Item>(
  list: (page: { limit: number; offset: number }) => Promise<{ data: Item[] }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (;;) {
    const { data } = await list({ limit: 500, offset: all.length });
    all.push(...data);
    if (data.length < 500) return all;
  }
}

interface Result {
  missing: number;
  changed: number;
  extra: number;
  pages: number;
  seconds: number;
  heapBytes: number;
}

async function reconcileOnce(env: Record<string, string>): Promise<Result> {
  const program = fileURLToPath(new URL("reconcile-once.ts", import.meta.url));
  const words = ["--expose-gc", "--import", "tsx", program];
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  return JSON.parse(stdout) as Result;
}

function print(users: number, { missing, changed, extra, pages, seconds, heapBytes }: Result): void {
  const found = `${missing} missing, ${changed} changed, ${extra} extra`;
  const heap = `${(heapBytes / 2 ** 20).toFixed(1)} MB`;
  const cells = [
    String(users).padStart(5),
    String(users / 10).padStart(13),
    found.padEnd(37),
    String(pages).padStart(5),
    seconds.toFixed(1).padStart(7),
    heap.padStart(9),
  ];
  console.log(cells.join("  "));
}

async function openDatabaseOfItsOwn(): Promise<{ url: string; drop: () => Promise<void> } | null> {
  const server = process.env["DATABASE_URL"];
  if (server === undefined) return null;
  const name = `gatehouse_bench_${randomUUID().slice(0, 8)}`;
  const on = async (statement: string): Promise<void> => {
    const client = new Client(server);
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await on(`CREATE DATABASE "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => on(`DROP DATABASE "${name}" WITH (FORCE)`) };
}
