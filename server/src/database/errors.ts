import { cluesOf } from "./error-clues.ts";
import type { Clue } from "./error-clues.ts";

/**
 * Whether a row with this key exists already.
 *
 * @param key the constraint's name in the database ("users_clerk_id_key"), or its columns there (["clerk_id"]);
 *   any unique key where it is left out
 */
export function isUniqueViolation(error: unknown, key?: string | readonly string[]): boolean {
  const clues = cluesOf(error).filter((clue) => clue.state === UNIQUE_VIOLATION);
  return key === undefined ? clues.length > 0 : clues.some((clue) => breaksKey(clue, key));
}

/** Whether a transaction lost against another one and may be run again: a serialization failure or a deadlock. */
export function isWriteConflict(error: unknown): boolean {
  return cluesOf(error).some(
    ({ code, state, kind }) => kind === "TransactionWriteConflict" || isOneOf(WRITE_CONFLICTS, code, state),
  );
}

/**
 * Whether the database cannot answer at present: out of reach, lost on the way, out of connections, of space or of time.
 * Asking later helps. Whether a write that ended so was stored is unknown.
 */
export function isUnavailable(error: unknown): boolean {
  return cluesOf(error).some(
    ({ code, state, kind, message }) =>
      isOneOf(UNAVAILABLE, code, kind, message) ||
      UNAVAILABLE_STATES.some((start) => state?.startsWith(start)),
  );
}

const UNIQUE_VIOLATION = "23505";
const WRITE_CONFLICTS = new Set(["P2034", "40001", "40P01"]);

/** How the SQLSTATE begins (PostgreSQL, appendix A). */
const UNAVAILABLE_STATES = [
  "08", // the connection failed
  "28", // our password is refused, for instance while it is being changed
  "3D000", // the database is not there (yet)
  "53", // no connections, memory or disk space left
  "57P", // shut down, crashed, starting up
  "58", // the server's own disk fails
  "57014", // the statement ran into its time limit
  "55P03", // waited too long for a lock
  "25P0", // the transaction stood idle or took too long
  "25006", // we have reached a replica: the primary has moved
];

const UNAVAILABLE = new Set(
  [
    // Prisma's codes (its error reference).
    ["P1000", "P1001", "P1002", "P1003", "P1008", "P1010", "P1011", "P1017", "P2024", "P2028", "P2037"],
    // The adapter's words, for errors that Prisma has not seen: those at COMMIT.
    ["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections", "TlsConnectionError"],
    // Node's.
    [
      "ECONNREFUSED",
      "ECONNRESET",
      "EPIPE",
      "ETIMEDOUT",
      "EHOSTUNREACH",
      "ENETUNREACH",
      "ENOTFOUND",
      "EAI_AGAIN",
    ],
    // The driver and its pool throw plain errors; only the message tells them apart.
    ["timeout exceeded when trying to connect", "timeout expired", "Query read timeout"],
    ["Connection terminated", "Connection terminated unexpectedly"],
    ["Connection terminated due to connection timeout", "Cannot use a pool after calling end on the pool"],
    [
      "Client has encountered a connection error and is not queryable",
      "Client was closed and is not queryable",
    ],
  ].flat(),
);

function breaksKey({ constraint, table, columns }: Clue, key: string | readonly string[]): boolean {
  if (typeof key === "string") return constraint === key;
  if (columns !== undefined) return columns.join() === key.join();
  // Prisma names its unique keys after the table and the columns, and its adapter keeps only the name.
  return table !== undefined && constraint === `${table}_${key.join("_")}_key`;
}

function isOneOf(set: ReadonlySet<string>, ...words: (string | undefined)[]): boolean {
  return words.some((word) => word !== undefined && set.has(word));
}
