import type { Pool } from "pg";
import { Prisma } from "./generated/client.ts";
import { againAfterConflicts } from "./transaction.ts";

/**
 * Statements by hand, prepared on the pool that Prisma uses, for what is asked all the time: Prisma reads a list for four
 * times as much work of this process, and opens a transaction for as much as three statements. Everything else goes
 * through Prisma.
 *
 * Columns are named as the row that comes out has them, and instants are written by the database (`ISO_UTC`).
 */
export interface ByHand {
  /** @example await byHand.ask<{ name: string }>(Prisma.sql`SELECT name FROM projects WHERE id = ${projectId}::uuid`) */
  ask<Row extends object>(statement: Prisma.Sql): Promise<Row[]>;
  /** As `inTransaction` of Prisma's: the work is done again after a conflict, so it may touch nothing but `tx`. */
  inTransaction<Result>(work: (tx: RawTransaction) => Promise<Result>): Promise<Result>;
}

/** What a transaction by hand and one of Prisma's have in common. */
export interface RawTransaction {
  $queryRaw<Rows = unknown>(
    statement: TemplateStringsArray | Prisma.Sql,
    ...values: readonly unknown[]
  ): Promise<Rows>;
  $executeRaw(statement: TemplateStringsArray | Prisma.Sql, ...values: readonly unknown[]): Promise<number>;
}

/** How `to_char` writes an instant as the API has it, of a column `AT TIME ZONE 'UTC'`. */
export const ISO_UTC = Prisma.sql`'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/** @param nameOf the one for all statements of the pool: two texts of one name would be taken for each other */
export function openByHand(pool: Pool, nameOf: (statement: { sql: string }) => string): ByHand {
  const question = ({ text, values }: Prisma.Sql) => ({ name: nameOf({ sql: text }), text, values });
  const once = async <Result>(work: (tx: RawTransaction) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect();
    let isOver = false;
    let isLost = false;
    const run = (statement: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]) => {
      // By then somebody else's transaction may be on this connection.
      if (isOver) throw new Error("a statement came after the end of its transaction: was it not awaited?");
      return client.query(question(toSql(statement, values)));
    };
    const tx: RawTransaction = {
      $queryRaw: async <Rows>(statement: TemplateStringsArray | Prisma.Sql, ...values: readonly unknown[]) =>
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- who asks says what the columns are
        (await run(statement, values)).rows as Rows,
      $executeRaw: async (statement, ...values) => (await run(statement, values)).rowCount ?? 0,
    };
    try {
      await client.query("BEGIN");
      const result = await work(tx);
      isOver = true;
      const { command } = await client.query("COMMIT");
      // So PostgreSQL answers where a statement has failed before, and the work has swallowed that.
      if (command !== "COMMIT")
        throw new Error("a statement of the transaction had failed: nothing was stored");
      return result;
    } catch (error) {
      isOver = true;
      // Whoever cannot take back what he has begun must not be given to anybody else.
      await client.query("ROLLBACK").catch(() => {
        isLost = true;
      });
      throw error;
    } finally {
      client.release(isLost);
    }
  };
  return {
    ask: async <Row extends object>(statement: Prisma.Sql) =>
      (await pool.query<Row>(question(statement))).rows,
    inTransaction: (work) => againAfterConflicts(() => once(work)),
  };
}

function toSql(statement: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]): Prisma.Sql {
  return statement instanceof Prisma.Sql ? statement : Prisma.sql(statement, ...values);
}
