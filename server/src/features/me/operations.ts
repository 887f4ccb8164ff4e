import type { Me } from "@gatehouse/shared";
import type { CurrentUser, UserContext } from "../../access/contexts.ts";

/** The caller, as this server knows him. The guard has read his row already. */
export function getMe({ user }: UserContext): Me {
  return toMe(user);
}

export function toMe(user: CurrentUser): Me {
  const { id, number, clerkId, email, name, imageUrl, hasProductAccess, role, createdAt } = user;
  return {
    id,
    number,
    clerkId,
    email,
    name,
    imageUrl,
    hasProductAccess,
    role,
    createdAt: createdAt.toISOString(),
  };
}
