import type {
  ApiKeyPrincipal,
  MachinePrincipal,
  OrganizationPrincipal,
  UserPrincipal,
} from "../identity/principal.ts";
import type { Actor, CurrentUser } from "./contexts.ts";

export function userActor({ via, actorId }: UserPrincipal, { id, name, email }: CurrentUser): Actor {
  return { kind: "user", id, credential: via, impersonatorId: actorId, person: { userId: id, name, email } };
}

export function keyActor({ keyId: id, via: credential, onBehalfOf }: ApiKeyPrincipal): Actor {
  return { kind: "apiKey", id, credential, impersonatorId: null, onBehalfOf, person: null };
}

export function machineActor({ machineId: id }: MachinePrincipal): Actor {
  return { kind: "machine", id, credential: "machine", impersonatorId: null, person: null };
}

/** A key of Clerk's, which has no row here: Clerk's id of it stands in the trail. */
export function organizationKeyActor({ keyId: id }: OrganizationPrincipal): Actor {
  return { kind: "apiKey", id, credential: "clerkApiKey", impersonatorId: null, person: null };
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
