import { z } from "zod";

/** What one layer of an error says. */
export interface Clue {
  /** Prisma's or Node's code; a SQLSTATE stands in `state`. */
  code?: string | undefined;
  /** PostgreSQL's SQLSTATE. */
  state?: string | undefined;
  /** adapter-pg's word for it. */
  kind?: string | undefined;
  message?: string | undefined;
  table?: string | undefined;
  /** The name of the constraint that was broken. */
  constraint?: string | undefined;
  /** The columns of that constraint, where the server named them. */
  columns?: string[] | undefined;
}

/**
 * Reads an error layer by layer. One failure wears many coats: Prisma's error holds the adapter's, which holds what the
 * server said; a failure at COMMIT is the adapter's alone, a lost connection whatever the driver or the socket threw.
 */
export function cluesOf(error: unknown): Clue[] {
  const clues: Clue[] = [];
  let layer: unknown = error;
  // Deeper than any library nests them, and safe against an error that is its own cause.
  for (let depth = 0; depth < 6 && layer !== undefined; depth++) {
    const read = Layer.safeParse(layer);
    if (!read.success) break;
    clues.push(toClue(read.data));
    layer = read.data.meta?.driverAdapterError ?? read.data.cause;
  }
  return clues;
}

const text = z.string().optional().catch(undefined);

const Layer = z.object({
  code: text,
  originalCode: text,
  kind: text,
  message: text,
  table: text,
  detail: text,
  constraint: z
    .union([z.string(), z.object({ index: text, fields: z.array(z.string()).optional().catch(undefined) })])
    .optional()
    .catch(undefined),
  meta: z.object({ driverAdapterError: z.unknown().optional() }).optional().catch(undefined),
  cause: z.unknown().optional(),
});

function toClue({
  code,
  originalCode,
  kind,
  message,
  table,
  detail,
  constraint,
}: z.infer<typeof Layer>): Clue {
  const state = [originalCode, code].find((word) => word !== undefined && SQLSTATE.test(word));
  const broken = typeof constraint === "string" ? { index: constraint } : constraint;
  // The server says: Key (provider, id)=(clerk, msg_1) already exists.
  const columns = detail?.match(/^Key \(([^)]+)\)=/)?.[1]?.split(", ");
  return { code, state, kind, message, table, constraint: broken?.index, columns: broken?.fields ?? columns };
}

/** Five characters, as Prisma's codes and EPIPE have too; but those begin with another letter than any class we ask for. */
const SQLSTATE = /^[0-9A-Z]{5}$/;
