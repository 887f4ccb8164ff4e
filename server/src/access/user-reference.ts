import { Id } from "@gatehouse/shared";
import type { UserReference } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { User } from "../database/generated/client.ts";
import type { Database, Transaction } from "../database/open.ts";

/** The largest number that the column holds; a greater one is nobody's. */
const LARGEST_NUMBER = 2_147_483_647;

/**
 * The user whom an operator names by UUID, number or Clerk id. One who was deleted is nobody any more.
 *
 * @throws AppError NOT_FOUND
 */
export async function findReferredUser(db: Database | Transaction, reference: UserReference): Promise<User> {
  const user = await db.user.findFirst({ where: { ...whoIs(reference), deletedAt: null } });
  if (user === null) throw new AppError("NOT_FOUND");
  return user;
}

/** The three forms cannot be confused: a UUID has dashes, a number digits only, a Clerk id its prefix. */
function whoIs(reference: UserReference): { id: string } | { number: number } | { clerkId: string } {
  if (isClerkId(reference)) return { clerkId: reference };
  if (Id.safeParse(reference).success) return { id: String(reference) };
  const number = Number(reference);
  if (number > LARGEST_NUMBER) throw new AppError("NOT_FOUND");
  return { number };
}

export function isClerkId(reference: UserReference): reference is `user_${string}` {
  return typeof reference === "string" && reference.startsWith("user_");
}
