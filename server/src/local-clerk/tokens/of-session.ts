import { notFound } from "../errors.ts";
import { getSession, isOpen } from "../resources/sessions.ts";
import { getUser } from "../resources/users.ts";
import { sessionToken, templateToken } from "./session-token.ts";
import { signToken } from "./sign.ts";
import type { Instance } from "../instance.ts";

export interface TokenWishes {
  template?: string | undefined;
  azp?: string | undefined;
  lifetimeSeconds?: number | undefined;
  /** The organization to be active in; without it the one that the session last was in. */
  orgId?: string | null | undefined;
}

/** What a frontend's `getToken()` and the Backend API's token endpoint give. Closed sessions give none. */
export function tokenOfSession(instance: Instance, sessionId: string, wishes: TokenWishes): string {
  const session = getSession(instance, sessionId);
  if (!isOpen(session)) throw notFound("Session");
  const user = getUser(instance, session.user_id);
  session.last_active_at = Math.max(instance.now(), session.last_active_at);
  user.last_active_at = session.last_active_at;
  instance.changed();
  const orgId = wishes.orgId === undefined ? session.last_active_organization_id : wishes.orgId;
  const { azp, lifetimeSeconds } = wishes;
  if (wishes.template === undefined) {
    const { header, claims } = sessionToken(instance, { user, session, orgId, azp, lifetimeSeconds });
    return signToken(instance, header, claims);
  }
  const template = [...instance.tables.jwtTemplates.values()].find((one) => one.name === wishes.template);
  const { header, claims } = templateToken(instance, { user, orgId, template, azp, lifetimeSeconds });
  return signToken(instance, header, claims);
}
