import type { AuditActor } from "../database/generated/client.ts";
import type { UserPrincipal } from "../identity/principal.ts";
import type { CurrentUser } from "./contexts.ts";

/** Who does it, as the audit trail names him. */
export interface Actor {
  kind: AuditActor;
  /** A user's id, a key's id, a machine's id, the id of a provider's event; null for an admin key. */
  id: string | null;
  /** How he proved who he is. */
  credential: string | null;
  /** The Clerk user id of whoever impersonates him. */
  impersonatorId: string | null;
  /** The name behind the id, which is kept apart from the trail so that it can be erased. */
  person: { userId: string; name: string | null; email: string | null } | null;
}

export function userActor({ via, actorId }: UserPrincipal, { id, name, email }: CurrentUser): Actor {
  return { kind: "user", id, credential: via, impersonatorId: actorId, person: { userId: id, name, email } };
}

export const ADMIN_KEY_ACTOR: Actor = {
  kind: "adminKey",
  id: null,
  credential: "adminKey",
  impersonatorId: null,
  person: null,
};

/** A provider's event that changes what we hold. */
export function webhookActor(eventId: string): Actor {
  return { kind: "webhook", id: eventId, credential: null, impersonatorId: null, person: null };
}

/** The server itself: a periodic job, a command. */
export const SYSTEM_ACTOR: Actor = {
  kind: "system",
  id: null,
  credential: null,
  impersonatorId: null,
  person: null,
};
