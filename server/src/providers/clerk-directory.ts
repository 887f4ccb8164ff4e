import { createClerkClient } from "@clerk/backend";
import type { ClerkSettings } from "../base/config-identity.ts";
import type { Log } from "../base/log.ts";
import { askClerk } from "./clerk-errors.ts";

/** A page of everything, the oldest first, or those of the ids that exist (100 at most). */
export type Asked = { offset: number; limit: number } | { ids: readonly string[] };

/** What Clerk holds, in pages. Answers are Clerk's own JSON. Every call may fail with the codes of `askClerk`. */
export interface ClerkDirectory {
  users(asked: Asked): Promise<unknown[]>;
  organizations(asked: Asked): Promise<unknown[]>;
  memberships(page: { offset: number; limit: number }): Promise<unknown[]>;
  /** The memberships of these users (100 at most) in one organization. NOT_FOUND where there is no such organization. */
  membershipsOf(organizationId: string, userIds: readonly string[]): Promise<unknown[]>;
  /** The invitations into one organization that nobody has answered yet. NOT_FOUND where there is no such organization. */
  openInvitations(page: { organizationId: string; offset: number; limit: number }): Promise<unknown[]>;
  /** One invitation, whatever became of it. NOT_FOUND where there is no such one. */
  invitation(organizationId: string, invitationId: string): Promise<unknown>;
}

const OLDEST_FIRST = { orderBy: "+created_at" } as const;

export function openClerkDirectory(settings: ClerkSettings, log: Log): ClerkDirectory {
  const { users, organizations } = createClerkClient({
    secretKey: settings.secretKey.reveal(),
    apiUrl: settings.apiUrl,
    telemetry: { disabled: true },
  });
  const ask = (call: () => Promise<{ data: { raw: unknown }[] }>): Promise<unknown[]> =>
    askClerk(log, async () => (await call()).data.map((each) => each.raw));
  return {
    users: (asked) =>
      ask(() =>
        "ids" in asked
          ? users.getUserList({ userId: [...asked.ids], limit: asked.ids.length })
          : users.getUserList({ ...asked, ...OLDEST_FIRST }),
      ),
    organizations: (asked) =>
      ask(() =>
        "ids" in asked
          ? organizations.getOrganizationList({ organizationId: [...asked.ids], limit: asked.ids.length })
          : organizations.getOrganizationList({ ...asked, ...OLDEST_FIRST }),
      ),
    memberships: (page) =>
      ask(() => organizations.getInstanceOrganizationMembershipList({ ...page, ...OLDEST_FIRST })),
    membershipsOf: (organizationId, userIds) =>
      ask(() =>
        organizations.getOrganizationMembershipList({
          organizationId,
          userId: [...userIds],
          limit: userIds.length,
        }),
      ),
    openInvitations: (page) =>
      ask(() => organizations.getOrganizationInvitationList({ ...page, status: ["pending"] })),
    invitation: (organizationId, invitationId) =>
      askClerk(
        log,
        async () => (await organizations.getOrganizationInvitation({ organizationId, invitationId })).raw,
      ),
  };
}
