import { z } from "zod";

/** Asks for one page of a list. `cursor` is the `nextCursor` of the page before. */
export const pageInput = {
  cursor: z
    .string()
    .min(1)
    .max(200)
    .exactOptional()
    .describe("`nextCursor` of the page before; left out for the first page"),
  limit: z.int().min(1).max(100).default(20).describe("how many items at most; 20 unless told otherwise"),
};

/** One page of a list: `nextCursor` is null at its end. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
