import { AppError } from "../base/app-error.ts";
import type { Soon } from "../base/soon.ts";
import type { ShownAdminKey } from "../identity/admin-key.ts";
import type { Principal } from "../identity/principal.ts";
import { ADMIN_KEY_ACTOR, userActor } from "./actor.ts";
import type { AdminContext, CurrentUser } from "./contexts.ts";
import { refusalOf } from "./enter-user.ts";

export interface AdminEntry {
  adminKey: () => Promise<ShownAdminKey>;
  principal: () => Soon<Principal>;
  user: () => Soon<CurrentUser>;
}

/**
 * Lets in whoever holds an admin key, or a user whose Clerk public metadata says `role: "admin"`.
 *
 * An admin key that is present alone decides, so that a wrong one is never made good by a token beside it.
 *
 * @throws AppError INVALID_ADMIN_KEY, RATE_LIMITED, or what the bearer credential itself is refused with
 */
export async function enterAdmin({
  adminKey,
  principal,
  user,
}: AdminEntry): Promise<Pick<AdminContext, "admin" | "actor">> {
  const shown = await adminKey();
  if (shown === "right") return { admin: { kind: "key" }, actor: ADMIN_KEY_ACTOR };
  if (shown === "wrong") throw new AppError("INVALID_ADMIN_KEY");
  const asker = await principal();
  if (asker.kind === "rejected") throw refusalOf(asker);
  // Only a session of the person himself: not an app acting for him, and nobody who impersonates him.
  if (asker.kind !== "user" || asker.via !== "session" || asker.actorId !== null)
    throw new AppError("INVALID_ADMIN_KEY");
  const current = await user();
  if (current.role !== "admin") throw new AppError("INVALID_ADMIN_KEY");
  return { admin: { kind: "user", user: current }, actor: userActor(asker, current) };
}
