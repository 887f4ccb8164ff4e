/**
 * A small model of Clerk: people do things, and each thing changes what Clerk holds and is told by events. Two changes
 * may fall into one millisecond of `updated_at`; the envelope's time still tells which came first.
 */
export type Deed =
  | { do: "sign up" | "rename" | "delete user"; user: number }
  | { do: "found" | "retitle" | "close"; organization: number; user: number }
  | { do: "join" | "promote" | "demote" | "leave"; organization: number; user: number }
  | { do: "sign in" | "sign out" | "be revoked"; user: number };

export interface ModelEvent {
  type: string;
  data: Record<string, unknown>;
  timestamp: number;
}

interface Named {
  id: string;
  name: string;
  updated_at: number;
}
interface Organization extends Named {
  created_by: string;
  created_at: number;
}
export interface Membership {
  id: string;
  organization: string;
  user: string;
  role: "org:admin" | "org:member";
  created_at: number;
  updated_at: number;
}
interface Session {
  id: string;
  user: string;
  status: string;
  updated_at: number;
}

export interface Told {
  events: ModelEvent[];
  users: Map<string, Named>;
  organizations: Map<string, Organization>;
  memberships: Map<string, Membership>;
  sessions: Map<string, Session>;
}

const START = 1_744_276_393_000;
/** So many events share one millisecond of `updated_at`. */
const SHARED = 3;

const organizationJson = (one: Organization) => ({
  object: "organization",
  slug: one.id.toLowerCase(),
  ...one,
});
const userJson = (one: Named) => ({
  object: "user",
  id: one.id,
  first_name: one.name,
  updated_at: one.updated_at,
});

/** What Clerk holds after these deeds, and what it told on the way. Deeds that make no sense are left out. */
export function play(run: string, deeds: readonly Deed[], cascades: boolean): Told {
  const told: Told = {
    events: [],
    users: new Map(),
    organizations: new Map(),
    memberships: new Map(),
    sessions: new Map(),
  };
  const { events, users, organizations, memberships, sessions } = told;
  let count = 0;
  const now = (): number => START + count;
  const stamp = (): number => START + count - (count % SHARED);
  const emit = (type: string, data: Record<string, unknown>): void => {
    events.push({ type, data: structuredClone(data), timestamp: now() });
    count += 1;
  };
  const membershipJson = ({ organization, user, ...own }: Membership) => ({
    object: "organization_membership",
    ...own,
    organization: organizationJson(organizations.get(organization)!),
    public_user_data: { user_id: user, first_name: "Only", last_name: "Seen", identifier: "+1555" },
  });
  const end = (one: Membership, isTold: boolean): void => {
    if (isTold) emit("organizationMembership.deleted", membershipJson(one));
    memberships.delete(one.id);
  };

  for (const deed of deeds) {
    const userId = `user_${run}${deed.user}`;
    const user = users.get(userId);
    switch (deed.do) {
      case "sign up": {
        // An id is never used again, so whoever was deleted stays deleted.
        if (user !== undefined || events.some(({ data }) => data["id"] === userId)) break;
        const made = { id: userId, name: `name ${count}`, updated_at: stamp() };
        users.set(userId, made);
        emit("user.created", userJson(made));
        break;
      }
      case "rename":
        if (user === undefined) break;
        Object.assign(user, { name: `name ${count}`, updated_at: stamp() });
        emit("user.updated", userJson(user));
        break;
      case "delete user":
        if (user === undefined) break;
        for (const one of memberships.values()) if (one.user === userId) end(one, cascades);
        for (const one of sessions.values())
          if (one.user === userId && one.status === "active") one.status = "revoked";
        users.delete(userId);
        emit("user.deleted", { object: "user", id: userId, deleted: true });
        break;
      case "sign in": {
        if (user === undefined) break;
        const made = { id: `sess_${run}${count}`, user: userId, status: "active", updated_at: stamp() };
        sessions.set(made.id, made);
        emit("session.created", { object: "session", ...made, user_id: userId });
        break;
      }
      case "sign out":
      case "be revoked": {
        const open = [...sessions.values()].find((one) => one.user === userId && one.status === "active");
        if (open === undefined) break;
        Object.assign(open, { status: deed.do === "sign out" ? "ended" : "revoked", updated_at: stamp() });
        emit(`session.${open.status}`, { object: "session", ...open, user_id: userId });
        break;
      }
      default: {
        const organizationId = `org_${run}${deed.organization}`;
        const organization = organizations.get(organizationId);
        const membership = [...memberships.values()].find(
          (one) => one.organization === organizationId && one.user === userId,
        );
        const join = (role: Membership["role"]): void => {
          const times = { created_at: now(), updated_at: stamp() };
          const made = {
            id: `orgmem_${run}${count}`,
            organization: organizationId,
            user: userId,
            role,
            ...times,
          };
          memberships.set(made.id, made);
          emit("organizationMembership.created", membershipJson(made));
        };
        if (deed.do === "found") {
          const wasThere = events.some(({ data }) => data["id"] === organizationId);
          if (user === undefined || wasThere) break;
          const made = {
            id: organizationId,
            name: `org ${count}`,
            created_by: userId,
            created_at: now(),
            updated_at: stamp(),
          };
          organizations.set(organizationId, made);
          emit("organization.created", organizationJson(made));
          join("org:admin");
        }
        if (organization === undefined || user === undefined) break;
        if (deed.do === "retitle") {
          Object.assign(organization, { name: `org ${count}`, updated_at: stamp() });
          emit("organization.updated", organizationJson(organization));
        }
        if (deed.do === "close") {
          for (const one of memberships.values()) if (one.organization === organizationId) end(one, cascades);
          organizations.delete(organizationId);
          emit("organization.deleted", { object: "organization", id: organizationId, deleted: true });
        }
        if (deed.do === "join" && membership === undefined) join("org:member");
        if (deed.do === "leave" && membership !== undefined) end(membership, true);
        if ((deed.do === "promote" || deed.do === "demote") && membership !== undefined) {
          const role = deed.do === "promote" ? "org:admin" : "org:member";
          Object.assign(membership, { role, updated_at: stamp() });
          emit("organizationMembership.updated", membershipJson(membership));
        }
      }
    }
  }
  return told;
}
