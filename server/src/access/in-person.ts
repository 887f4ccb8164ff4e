import type { Permission } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { UserPrincipal } from "../identity/principal.ts";
import type { MemberPrincipal } from "./contexts.ts";

/** What a user does himself or by a key of his own; an OAuth app does the rest on his behalf. */
const OWN_CREDENTIALS: ReadonlySet<UserPrincipal["via"]> = new Set(["session", "template", "clerkApiKey"]);

/** With these somebody who acts for a user could make himself at home: a key outlives what he was allowed. */
export const IN_PERSON_PERMISSIONS: ReadonlySet<Permission> = new Set(["apiKeys:manage"]);

/** Whether it is the person himself: not an OAuth app that acts for him, and nobody who impersonates him. */
export function isInPerson(principal: MemberPrincipal): principal is UserPrincipal {
  return principal.kind === "user" && OWN_CREDENTIALS.has(principal.via) && principal.actorId === null;
}

/**
 * For what only the person himself may do, such as signing his devices out or giving a workspace away. The guards ask
 * it of every procedure that declares `inPerson`.
 *
 * @throws AppError FORBIDDEN
 */
export function requireInPerson(principal: MemberPrincipal): asserts principal is UserPrincipal {
  if (!isInPerson(principal)) throw notInPerson();
}

export function notInPerson(): AppError {
  return new AppError("FORBIDDEN", { detail: "Only the user himself may do this." });
}
