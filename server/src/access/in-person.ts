import { AppError } from "../base/app-error.ts";
import type { UserPrincipal } from "../identity/principal.ts";

/** What a user does himself or by a key of his own; an OAuth app does the rest on his behalf. */
const OWN_CREDENTIALS: ReadonlySet<UserPrincipal["via"]> = new Set(["session", "template", "clerkApiKey"]);

/**
 * For what only the person himself may do, such as signing his devices out: not an OAuth app that acts for him, and
 * nobody who impersonates him.
 *
 * @throws AppError FORBIDDEN
 */
export function requireInPerson({ via, actorId }: UserPrincipal): void {
  if (OWN_CREDENTIALS.has(via) && actorId === null) return;
  throw new AppError("FORBIDDEN", { detail: "Only the user himself may do this." });
}
