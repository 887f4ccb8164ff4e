import { z } from "zod";
import { webhookActor } from "../../access/actor.ts";
import { recordAudit } from "../../access/audit.ts";
import type { AuditLine } from "../../access/audit.ts";
import type { Transaction } from "../../database/open.ts";
import { isBuried, lockClerkId } from "../../mirror/clerk-id.ts";
import type { RoleOf } from "../../mirror/clerk-roles.ts";
import { ClerkUserJson, readClerkUser } from "../../mirror/clerk-user.ts";
import { applyMembership, applyMembershipDeletion, MembershipJson } from "../../mirror/memberships.ts";
import { applyOrganizationInvitation, InvitationJson } from "../../mirror/organization-invitations.ts";
import {
  applyOrganization,
  applyOrganizationDeletion,
  OrganizationJson,
} from "../../mirror/organizations.ts";
import { applySession, readClerkSession } from "../../mirror/sessions.ts";
import { applyUser, applyUserDeletion } from "../../mirror/users.ts";

/** What is said of an event beside its data. */
export interface EventFacts {
  /** svix-id */
  id: string;
  type: string;
  /** When it happened at Clerk. */
  at: Date;
}

export interface EventTools {
  roleOf: RoleOf;
  now: () => Date;
}

/** An event of a type that we know, in the shape that its handler reads. */
export interface ReadEvent {
  /** All that the handler reads, and nothing else: it may be kept. */
  payload: object;
  /** The Clerk id of whom the payload is about. */
  subject: string;
  apply: (tx: Transaction, facts: EventFacts, tools: EventTools) => Promise<"applied" | "ignored">;
}

/** Where an event changed a workspace, for its audit trail. */
type Trace = Pick<AuditLine, "target" | "workspaceId">;

interface Handler<Shape extends z.ZodObject> {
  shape: Shape;
  subject: (json: z.infer<Shape>) => string;
  /** Null where the event came too late for what it speaks of. */
  apply: (
    tx: Transaction,
    json: z.infer<Shape>,
    event: EventFacts & EventTools,
  ) => Promise<Trace | "applied" | null>;
}

type ReadData = (data: unknown) => ReadEvent | null;

function handler<Shape extends z.ZodObject>({ shape, subject, apply }: Handler<Shape>): ReadData {
  return (data) => {
    const { data: json } = shape.safeParse(data);
    if (json === undefined) return null;
    return {
      payload: json,
      subject: subject(json),
      apply: async (tx, facts, tools) => {
        const trace = await apply(tx, json, { ...facts, ...tools });
        if (trace === null) return "ignored";
        if (trace !== "applied") {
          const by = { actor: webhookActor(facts.id), now: tools.now, requestId: facts.id };
          await recordAudit(tx, by, { action: facts.type, ...trace });
        }
        return "applied";
      },
    };
  };
}

const Deleted = z.object({ id: z.string().min(1) });
const aboutItself = ({ id }: { id: string }): string => id;

const userChanged = handler({
  shape: ClerkUserJson,
  subject: aboutItself,
  apply: async (tx, json, { at }) => {
    const user = readClerkUser(json);
    return user !== null && (await applyUser(tx, user, at)) !== null ? "applied" : null;
  },
});

const userDeleted = handler({
  shape: Deleted,
  subject: aboutItself,
  apply: async (tx, { id }, { at }) => {
    await applyUserDeletion(tx, id, at);
    return { target: { type: "user", id }, workspaceId: null };
  },
});

const sessionChanged = handler({
  shape: z.object({
    id: z.string().min(1),
    user_id: z.string().min(1),
    status: z.string(),
    updated_at: z.number(),
  }),
  subject: ({ user_id }) => user_id,
  apply: async (tx, json) => {
    const session = readClerkSession(json);
    if (session === null) return null;
    await lockClerkId(tx, session.clerkUserId);
    // The sessions of a user who was deleted are over, whatever a late event still says of them.
    const isOver = await isBuried(tx, session.clerkUserId);
    await applySession(tx, isOver ? { ...session, status: "revoked" } : session);
    return "applied";
  },
});

const organizationChanged = handler({
  shape: OrganizationJson,
  subject: aboutItself,
  apply: async (tx, json, { at }) => {
    const workspace = await applyOrganization(tx, json, at);
    return workspace === null ? null : ofWorkspace(workspace.id);
  },
});

const organizationDeleted = handler({
  shape: Deleted,
  subject: aboutItself,
  apply: async (tx, { id }, { at }) => {
    const workspace = await applyOrganizationDeletion(tx, id, at);
    return workspace === null ? "applied" : ofWorkspace(workspace.id);
  },
});

const membershipChanged = handler({
  shape: MembershipJson,
  subject: ({ public_user_data }) => public_user_data.user_id,
  apply: async (tx, json, { at, roleOf }) => {
    const member = await applyMembership(tx, json, { toldAt: at, roleOf });
    return member === null ? null : ofMember(member);
  },
});

const membershipDeleted = handler({
  shape: MembershipJson,
  subject: ({ public_user_data }) => public_user_data.user_id,
  apply: async (tx, json, { at }) => {
    const member = await applyMembershipDeletion(tx, json, at);
    return member === null ? "applied" : ofMember(member);
  },
});

const invitationChanged = handler({
  shape: InvitationJson,
  subject: aboutItself,
  apply: async (tx, json, { roleOf }) =>
    (await applyOrganizationInvitation(tx, json, roleOf)) === "applied" ? "applied" : null,
});

function ofWorkspace(id: string): Trace {
  return { target: { type: "workspace", id }, workspaceId: id };
}

function ofMember({ workspaceId, userId }: { workspaceId: string; userId: string }): Trace {
  return { target: { type: "member", id: userId }, workspaceId };
}

/** The events that mean something here. Clerk knows some thirty more, which are acknowledged. */
const HANDLERS: ReadonlyMap<string, ReadData> = new Map([
  ["user.created", userChanged],
  ["user.updated", userChanged],
  ["user.deleted", userDeleted],
  ["session.created", sessionChanged],
  ["session.pending", sessionChanged],
  ["session.ended", sessionChanged],
  ["session.removed", sessionChanged],
  ["session.revoked", sessionChanged],
  ["organization.created", organizationChanged],
  ["organization.updated", organizationChanged],
  ["organization.deleted", organizationDeleted],
  ["organizationMembership.created", membershipChanged],
  ["organizationMembership.updated", membershipChanged],
  ["organizationMembership.deleted", membershipDeleted],
  ["organizationInvitation.created", invitationChanged],
  ["organizationInvitation.accepted", invitationChanged],
  ["organizationInvitation.revoked", invitationChanged],
]);

/**
 * Reads the data of an event by its type.
 *
 * @returns `unknown type` for what means nothing here; `no shape` where the data is not what the type promises
 */
export function readClerkEvent(type: string, data: unknown): ReadEvent | "unknown type" | "no shape" {
  const read = HANDLERS.get(type);
  return read === undefined ? "unknown type" : (read(data) ?? "no shape");
}

/** What is kept beside the payload so that the event can be run again. */
export const KeptEvent = z.object({ at: z.iso.datetime(), data: z.unknown() });

export function keepable({ payload }: ReadEvent, at: Date): { at: string; data: object } {
  return { at: at.toISOString(), data: payload };
}
