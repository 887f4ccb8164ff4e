import { PGlite } from "@electric-sql/pglite";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endsIdle, nextCycle } from "../../server/src/database/embedded/frontend-messages.ts";
import { PgliteStream } from "../../server/src/database/embedded/pglite-stream.ts";
import { SessionTurn } from "../../server/src/database/embedded/session-turn.ts";

let pglite: PGlite;
/** More connections than the product uses: the stream itself has to keep them apart. */
let pool: Pool;

beforeAll(async () => {
  pglite = await PGlite.create();
  const turn = new SessionTurn();
  const stream = (): PgliteStream => new PgliteStream(pglite, turn);
  pool = new Pool({ user: "postgres", database: "postgres", max: 8, idleTimeoutMillis: 0, stream });
  await pool.query("CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)");
});

afterAll(async () => {
  await pool.end();
  await pglite.close();
});

describe("PGlite behind the stock driver", () => {
  test("never mixes the transactions of fifty callers over eight connections", async () => {
    await pool.query("INSERT INTO accounts VALUES (1, 0)");
    const addOne = async (): Promise<void> => {
      const client = await pool.connect();
      await client.query("BEGIN");
      const { rows } = await client.query("SELECT balance FROM accounts WHERE id = 1");
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      await client.query("UPDATE accounts SET balance = $1 WHERE id = 1", [rows[0].balance + 1]);
      await client.query("COMMIT");
      client.release();
    };
    await Promise.all(Array.from({ length: 50 }, addOne));
    expect((await pool.query("SELECT balance FROM accounts WHERE id = 1")).rows).toEqual([{ balance: 50 }]);
  });

  test("gives each of a hundred parallel callers the answer to his own question", async () => {
    const questions = Array.from({ length: 100 }, (_, index) => index);
    const answers = await Promise.all(
      questions.map((index) => pool.query("SELECT $1::int AS answer, repeat('x', $1) AS filler", [index])),
    );
    expect(answers.map(({ rows }) => rows[0].answer)).toEqual(questions);
  });

  test("stays in a transaction that failed until it is rolled back, and serves the next caller then", async () => {
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query("INSERT INTO accounts VALUES (2, 0)");
    await expect(client.query("INSERT INTO accounts VALUES (2, 0)")).rejects.toMatchObject({ code: "23505" });
    await expect(client.query("SELECT 1")).rejects.toMatchObject({ code: "25P02" });
    await client.query("ROLLBACK");
    client.release();
    expect((await pool.query("SELECT * FROM accounts WHERE id = 2")).rows).toEqual([]);
  });

  test("undoes what a connection leaves open when it ends", async () => {
    const client = await pool.connect();
    await client.query("SET TIME ZONE 'Asia/Tokyo'");
    await client.query({ name: "left_behind", text: "SELECT 1" });
    await client.query("BEGIN");
    await client.query("INSERT INTO accounts VALUES (3, 0)");
    client.release(true);

    expect((await pool.query("SELECT * FROM accounts WHERE id = 3")).rows).toEqual([]);
    expect((await pool.query("SHOW TIME ZONE")).rows).not.toEqual([{ TimeZone: "Asia/Tokyo" }]);
    expect(
      (await pool.query("SELECT name FROM pg_prepared_statements WHERE name = 'left_behind'")).rows,
    ).toEqual([]);
  });

  test("carries parameters and rows of many megabytes", async () => {
    const long = "äöü".repeat(2_000_000);
    const { rows } = await pool.query("SELECT $1::text AS echo, md5($1::text) AS digest", [long]);
    expect(rows[0].echo === long).toBe(true);
  });

  test("carries many statements in one script, and names the one that failed", async () => {
    await pool.query(
      "CREATE FUNCTION two() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$; SELECT two();",
    );
    await expect(pool.query("SELECT 1; SELECT nonsense")).rejects.toMatchObject({ code: "42703" });
    await pool.query("SELECT 1");
  });
});

describe("the cutting of what the driver writes", () => {
  const query = Buffer.from([0x51, 0, 0, 0, 6, 0x3b, 0]);
  const parse = Buffer.from([0x50, 0, 0, 0, 8, 0, 0x3b, 0, 0]);
  const sync = Buffer.from([0x53, 0, 0, 0, 4]);

  test("waits for the whole of a message, byte by byte", () => {
    for (let length = 0; length < query.length; length++) {
      expect(nextCycle(query.subarray(0, length), true)).toEqual({ kind: "incomplete" });
    }
    expect(nextCycle(query, true)).toEqual({ kind: "complete", length: query.length });
  });

  test("holds the parts of an extended query together until Sync, and leaves what follows", () => {
    expect(nextCycle(parse, true)).toEqual({ kind: "incomplete" });
    const written = Buffer.concat([parse, sync, query]);
    expect(nextCycle(written, true)).toEqual({ kind: "complete", length: parse.length + sync.length });
  });

  test("takes the first packet for the startup packet, and X for goodbye", () => {
    expect(nextCycle(Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]), false)).toEqual({ kind: "complete", length: 8 });
    expect(nextCycle(Buffer.from([0x58, 0, 0, 0, 4]), true)).toEqual({ kind: "goodbye" });
  });

  test("sees the end of a transaction only in ReadyForQuery with an I", () => {
    expect(endsIdle(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]))).toBe(true);
    expect(endsIdle(Buffer.from([0x5a, 0, 0, 0, 5, 0x54]))).toBe(false);
    expect(endsIdle(Buffer.from([0x49]))).toBe(false);
  });
});
