import { z } from "zod";
import { ClerkError, notFound } from "../errors.ts";
import { newId } from "../ids.ts";
import { nextUpdate } from "../instance.ts";
import { getUser } from "./users.ts";
import { findMembership } from "./memberships.ts";
import type { Instance } from "../instance.ts";
import type { Session, SessionStatus, User } from "../shapes.ts";

const DAY_MS = 86_400_000;
/** Clerk's defaults: a session lasts seven days; a client that is not seen for thirty is abandoned. */
const EXPIRE_AFTER_MS = 7 * DAY_MS;
const ABANDON_AFTER_MS = 30 * DAY_MS;

export const CreateSession = z.looseObject({
  user_id: z.string(),
  active_organization_id: z.string().nullish(),
});

export interface NewSession {
  userId: string;
  orgId?: string | null | undefined;
  status?: "active" | "pending" | undefined;
  actor?: Record<string, unknown> | null | undefined;
}

export function createSession(instance: Instance, input: NewSession): Session {
  const user = getUser(instance, input.userId);
  if (user.banned || user.locked) {
    const code = user.banned ? "user_banned" : "user_locked";
    throw new ClerkError(403, code, { message: "This user may not sign in" });
  }
  const orgId = input.orgId ?? null;
  if (orgId !== null && findMembership(instance, orgId, user.id) === undefined) {
    throw notFound("Organization membership");
  }
  const now = instance.now();
  const status = input.status ?? "active";
  const session: Session = {
    object: "session",
    id: newId("sess"),
    user_id: user.id,
    client_id: newId("client"),
    actor: input.actor ?? null,
    status,
    last_active_organization_id: orgId,
    last_active_at: now,
    latest_activity: null,
    expire_at: now + EXPIRE_AFTER_MS,
    abandon_at: now + ABANDON_AFTER_MS,
    tasks: status === "pending" ? [{ key: "choose-organization" }] : null,
    created_at: now,
    updated_at: now,
  };
  instance.tables.sessions.set(session.id, session);
  user.last_sign_in_at = now;
  user.last_active_at = now;
  instance.emit(status === "pending" ? "session.pending" : "session.created", withUser(session, user));
  return session;
}

/** A session whose time is over is expired from the moment somebody looks; no webhook tells of it, as with Clerk. */
export function getSession(instance: Instance, id: string): Session {
  const session = instance.tables.sessions.get(id);
  if (session === undefined) throw notFound("Session");
  if (isOpen(session) && session.expire_at <= instance.now()) {
    session.status = "expired";
    session.updated_at = nextUpdate(instance, session);
    instance.changed();
  }
  return session;
}

export function sessionsOf(instance: Instance, userId: string): Session[] {
  const own = [...instance.tables.sessions.values()].filter((session) => session.user_id === userId);
  return own.map((session) => getSession(instance, session.id));
}

const EVENT_OF_STATUS: Partial<Record<SessionStatus, string>> = {
  revoked: "session.revoked",
  ended: "session.ended",
  removed: "session.removed",
};

/** Closed states are final: ending an ended session changes nothing and tells nobody. */
export function endSession(
  instance: Instance,
  id: string,
  status: Exclude<SessionStatus, "active" | "pending">,
  tell = true,
): Session {
  const session = getSession(instance, id);
  if (!isOpen(session)) return session;
  session.status = status;
  session.updated_at = nextUpdate(instance, session);
  const event = EVENT_OF_STATUS[status];
  if (tell && event !== undefined) {
    instance.emit(event, withUser(session, instance.tables.users.get(session.user_id) ?? null));
  } else {
    instance.changed();
  }
  return session;
}

/** What the organization switcher of a frontend does; Clerk has no event for it. */
export function chooseOrganization(instance: Instance, id: string, orgId: string | null): Session {
  const session = getSession(instance, id);
  if (orgId !== null && findMembership(instance, orgId, session.user_id) === undefined) {
    throw notFound("Organization membership");
  }
  session.last_active_organization_id = orgId;
  session.last_active_at = instance.now();
  session.updated_at = nextUpdate(instance, session);
  instance.changed();
  return session;
}

export function isOpen(session: Session): boolean {
  return session.status === "active" || session.status === "pending";
}

function withUser(session: Session, user: User | null): Session & { user: User | null } {
  return { ...session, user };
}
