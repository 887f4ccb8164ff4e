import { Id } from "@gatehouse/shared";
import type { Page } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import { Prisma } from "./generated/client.ts";

/** What one page asks of a table: rows older than the cursor, the newest first, one more than the page holds. */
export interface Slice {
  older: { id?: { lt: string } };
  orderBy: { id: "desc" };
  take: number;
}

/** The same for a statement by hand, to stand behind its last condition. */
export function sliceOf({ older, take }: Slice): Prisma.Sql {
  const before = older.id === undefined ? Prisma.empty : Prisma.sql` AND id < ${older.id.lt}::uuid`;
  return Prisma.sql`${before} ORDER BY id DESC LIMIT ${take}`;
}

/**
 * Reads one page of a table whose ids are UUID v7, so that their order is the order of their creation.
 *
 * The cursor is the last id of the page before. It only says where to go on and is never looked up, so the cursor
 * of another tenant opens nothing, and a row that was deleted in the meantime breaks no list.
 *
 * @param read puts `older` into its `where`, beside what makes the rows the caller's own
 * @throws AppError VALIDATION_FAILED for a cursor that no page gave out
 */
export async function readPage<Row extends { id: string }>(
  { cursor, limit }: { cursor?: string; limit: number },
  read: (slice: Slice) => Promise<Row[]>,
): Promise<Page<Row>> {
  const older = cursor === undefined ? {} : { id: { lt: idOf(cursor) } };
  const rows = await read({ older, orderBy: { id: "desc" }, take: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? last.id : null };
}

function idOf(cursor: string): string {
  const { data } = Id.safeParse(cursor);
  if (data === undefined)
    throw new AppError("VALIDATION_FAILED", {
      fields: [{ path: "cursor", message: "Not a cursor of this list" }],
    });
  return data;
}

/** A text to be found as it is written: in a LIKE pattern, which Prisma makes of `contains`, % and _ stand for other text. */
export function literal(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
