import { AppError } from "../../base/app-error.ts";
import type { Database, Transaction } from "../../database/open.ts";
import type { ClerkDirectory } from "../../providers/clerk-directory.ts";
import type { RoleOf } from "../clerk-roles.ts";

export interface StepTools {
  db: Database;
  directory: ClerkDirectory;
  roleOf: RoleOf;
  now: () => Date;
}

/** One difference between Clerk and the local tables. */
export interface Finding {
  kind: "missing" | "changed" | "extra";
  clerkId: string;
  repair: (tx: Transaction) => Promise<unknown>;
}

export interface StepPage {
  findings: Finding[];
  /** How many were compared. */
  compared: number;
  /** Where the next page begins; null after the last one. */
  next: string | null;
}

/** A part of the comparison that goes page by page: it holds one page in memory, and can begin anywhere. */
export interface Step {
  name: string;
  page: (position: string | null) => Promise<StepPage>;
}

/** How many are asked for at once. It is the most ids that Clerk takes in one question. */
export const PAGE = 100;

export function nextOffset(position: string | null, found: number): { offset: number; next: string | null } {
  const offset = Number(position ?? 0);
  return { offset, next: found < PAGE ? null : String(offset + PAGE) };
}

/** Those of the ids that were deleted. Nothing brings them back, whatever a slow list of Clerk's still says. */
export async function buriedAmong(db: Database, clerkIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.identityTombstone.findMany({ where: { clerkId: { in: [...clerkIds] } } });
  return new Set(rows.map(({ clerkId }) => clerkId));
}

/** What Clerk answers of something; `none` where the thing is gone. */
export async function orNone<Answer, None>(answer: Promise<Answer>, none: None): Promise<Answer | None> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") return none;
    throw error;
  }
}

/**
 * Those of the ids that Clerk did not name. An answer with others than those asked for did not heed the question, and
 * what it leaves out would be taken for deleted.
 */
export function absentFrom(answer: readonly { id: string }[], asked: readonly string[]): string[] {
  const named = new Set(answer.map(({ id }) => id));
  const wanted = new Set(asked);
  if ([...named].some((id) => !wanted.has(id))) throw new AppError("PROVIDER_ERROR");
  return asked.filter((id) => !named.has(id));
}
