import { AppError } from "../base/app-error.ts";
import type { Soon } from "../base/soon.ts";
import type { Principal, RejectedPrincipal, UserPrincipal } from "../identity/principal.ts";
import type { Caller } from "./caller-row.ts";
import type { Callers } from "./callers.ts";
import type { CurrentUser, MemberPrincipal } from "./contexts.ts";

/**
 * Lets a live user in.
 *
 * @throws AppError UNAUTHORIZED, TOKEN_EXPIRED, INVALID_API_KEY (what the credential itself is refused with),
 * USER_NOT_SYNCED, USER_BANNED, SESSION_REVOKED, or FORBIDDEN for a valid credential that is not a user's
 */
export function enterUser(principal: Principal, callers: Callers): Soon<CurrentUser> {
  const entered = enterCaller(requireUser(principal), null, callers);
  return entered instanceof Promise ? entered.then(({ user }) => user) : entered.user;
}

/**
 * The same for a user who wants to go into a workspace: with what he is there.
 *
 * @param workspaceId null where he has not said which
 */
export function enterCaller(
  { clerkId, sessionId }: UserPrincipal,
  workspaceId: string | null,
  callers: Callers,
): Soon<Pick<Caller, "user" | "membership">> {
  const caller = callers.user({ clerkId, sessionId, workspaceId });
  return caller instanceof Promise ? caller.then(requireLive) : requireLive(caller);
}

function requireLive(caller: Caller | null): Caller {
  if (caller === null || caller.isDeleted)
    throw new AppError("UNAUTHORIZED", { reason: "the user does not exist" });
  if (caller.isBanned) throw new AppError("USER_BANNED");
  if (!caller.sessionIsOpen) throw new AppError("SESSION_REVOKED");
  return caller;
}

/** The user that a principal is, or the refusal that his credential deserves. */
export function requireUser(principal: Principal): UserPrincipal {
  switch (principal.kind) {
    case "user":
      return principal;
    case "anonymous":
      throw new AppError("UNAUTHORIZED");
    case "rejected":
      throw refusalOf(principal);
    case "organization":
    case "apiKey":
    case "machine":
      throw new AppError("FORBIDDEN", { detail: "Only a signed-in user may do this." });
  }
}

/** Whoever may stand in a workspace at all, or the refusal that his credential deserves. */
export function requireMember(principal: Principal): MemberPrincipal {
  const isSomebody = principal.kind !== "anonymous" && principal.kind !== "rejected";
  return isSomebody ? principal : requireUser(principal);
}

export function refusalOf({ code, reason, retryAfterSeconds }: RejectedPrincipal): AppError {
  return new AppError(code, {
    ...(reason === null ? {} : { reason }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
