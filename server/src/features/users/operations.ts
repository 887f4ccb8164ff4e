import type { GetUser, ListUsers, Page, User } from "@gatehouse/shared";
import type { AdminContext } from "../../access/contexts.ts";
import { findReferredUser } from "../../access/user-reference.ts";
import type { User as UserRow } from "../../database/generated/client.ts";
import { literal, readPage } from "../../database/paging.ts";

/** The newest first, from the local table: Clerk is not asked. Deleted users are not listed. */
export async function listUsers({ db }: AdminContext, { search, ...input }: ListUsers): Promise<Page<User>> {
  const matching = search === undefined ? {} : { OR: whereMatching(search) };
  const page = await readPage(input, ({ older, ...slice }) =>
    db.user.findMany({ where: { ...older, ...matching, deletedAt: null }, ...slice }),
  );
  return { ...page, items: page.items.map(toUser) };
}

function whereMatching(text: string) {
  const search = literal(text);
  const part = { contains: search, mode: "insensitive" } as const;
  return [{ email: part }, { name: part }, { clerkId: { startsWith: search, mode: "insensitive" } as const }];
}

/** @throws AppError NOT_FOUND, for a deleted user too */
export async function getUser({ db }: AdminContext, { userId }: GetUser): Promise<User> {
  return toUser(await findReferredUser(db, userId));
}

export function toUser(row: UserRow): User {
  const { id, number, clerkId, email, emailVerified, name, imageUrl, hasProductAccess } = row;
  return {
    id,
    number,
    clerkId,
    email,
    emailVerified,
    name,
    imageUrl,
    hasProductAccess,
    role: row.role,
    banned: row.banned,
    locked: row.locked,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
