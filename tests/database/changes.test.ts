import { setTimeout as sleep } from "node:timers/promises";
import { Client, Pool } from "pg";
import { afterEach, expect, vi } from "vitest";
import { listenOutside, openChanges } from "../../server/src/database/changes.ts";
import type { Change } from "../../server/src/database/changes.ts";
import { openRaceDatabase, testOnPostgres } from "../support/database.ts";
import { openLogBook } from "../support/log-book.ts";
import { openWire } from "../support/wire.ts";
import type { Wire } from "../support/wire.ts";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Somebody who listens over a wire, and somebody else who changes things. */
async function listen() {
  const { url, drop } = await openRaceDatabase();
  closers.push(drop);
  const wire: Wire = await openWire(new URL(url));
  closers.push(wire.close);
  const connectionTimeoutMillis = 500;
  const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 100 });
  closers.push(() => pool.end());
  pool.on("error", () => undefined);
  const book = openLogBook();
  const connect = () =>
    new Client({ connectionString: wire.url, query_timeout: 500, connectionTimeoutMillis });
  const changes = openChanges(listenOutside({ connect, pool }, book.log, { heartbeatMs: 50 }));
  closers.push(changes.close);
  const heard: Change[] = [];
  expect(changes.areHeard()).toBe(false);
  changes.subscribe((change) => heard.push(change));
  const hears = (on: boolean) => vi.waitFor(() => expect(changes.areHeard()).toBe(on), 10_000);
  await hears(true);

  const psql = new Client(url);
  await psql.connect();
  closers.push(() => psql.end());
  return { wire, pool, psql, heard, hears, book };
}

testOnPostgres(
  "a change of rights is heard when it is committed, with whom it is about, and only then",
  async () => {
    const { psql, heard } = await listen();
    const add =
      "INSERT INTO users (id, clerk_id, clerk_updated_at, updated_at) VALUES ($1, $2, now(), now())";
    const [ada, bob] = ["00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"];
    await psql.query("BEGIN");
    await psql.query(add, [bob, "user_bob"]);
    await psql.query("ROLLBACK");
    await psql.query(add, [ada, "user_ada"]);
    // Nothing that anybody could do differs after these two.
    await psql.query("UPDATE users SET updated_at = now(), clerk_told_at = now()");
    await psql.query("UPDATE users SET name = name");
    await psql.query("UPDATE users SET banned = true");
    await psql.query("TRUNCATE users CASCADE");

    const rights = () => heard.filter(({ kind }) => kind === "rights");
    await vi.waitFor(() => expect(rights().length).toBeGreaterThan(2), 10_000);
    expect(rights().slice(0, 3)).toEqual([
      { kind: "rights", subjects: new Set([`user:${ada}`]) },
      { kind: "rights", subjects: new Set([`user:${ada}`]) },
      { kind: "rights", subjects: "all" },
    ]);
  },
);

testOnPostgres("an import is told of as a whole, and costs fifty messages at most", async () => {
  const { psql, heard } = await listen();
  await psql.query(`INSERT INTO users (id, clerk_id, clerk_updated_at, updated_at)
                    SELECT gen_random_uuid(), 'user_' || n, now(), now() FROM generate_series(1, 5000) n`);
  await vi.waitFor(() => expect(heard).toContainEqual({ kind: "rights", subjects: "all" }), 10_000);
  expect(heard.filter(({ kind }) => kind === "rights")).toHaveLength(51);
});

testOnPostgres(
  "a wire that falls silent is noticed, and whoever listens is told to trust nothing",
  async () => {
    const { wire, psql, heard, hears } = await listen();
    heard.length = 0;
    wire.cut();
    await hears(false);
    expect(heard).toEqual([{ kind: "reset" }]);

    wire.mend();
    await hears(true);
    expect(heard.at(-1)).toEqual({ kind: "reset" });
    await psql.query("SELECT pg_notify('gatehouse_rights', 'all')");
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ kind: "rights", subjects: "all" }), 10_000);
  },
);

testOnPostgres("a connection that the server ends is noticed at once, and made anew", async () => {
  const { psql, heard, hears } = await listen();
  heard.length = 0;
  await psql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
  await vi.waitFor(() => expect(heard).toEqual([{ kind: "reset" }, { kind: "reset" }]), 10_000);
  await hears(true);
});

testOnPostgres(
  "a way on which nothing is ever heard, such as a pooler in transaction mode, is noticed, named once, and tried again",
  async () => {
    const { wire, heard, hears, book } = await listen();
    heard.length = 0;
    wire.deafen();
    await hears(false);
    expect(heard).toEqual([{ kind: "reset" }]);
    await sleep(2_500);
    await hears(false);

    wire.mend();
    await hears(true);
    const said = book.lines().filter(({ msg }) => msg === "changes by other servers are not heard");
    expect(said).toHaveLength(1);
    expect(JSON.stringify(said)).toContain("pooler in transaction mode");
  },
);

testOnPostgres("a pool without a free connection is not taken for deafness", async () => {
  const { pool, heard, hears } = await listen();
  heard.length = 0;
  const held = await pool.connect();
  await sleep(500);
  await hears(true);
  expect(heard).toEqual([]);
  held.release();
});
