import { createClerkClient } from "@clerk/backend";
import { AppError } from "../base/app-error.ts";
import type { ClerkSettings } from "../base/config-identity.ts";
import type { Log } from "../base/log.ts";
import { askClerk } from "./clerk-errors.ts";

/** Who is what in which organization, by Clerk's ids and in Clerk's words. */
export interface Seat {
  organizationId: string;
  userId: string;
  role: string;
}

/** An invitation into an organization, by Clerk's ids. */
export interface Invited {
  organizationId: string;
  invitationId: string;
}

/** Whom to invite as what. */
export interface InvitationWish {
  organizationId: string;
  emailAddress: string;
  role: string;
  /** Who asks, named in Clerk's letter; Clerk wants an administrator. */
  inviterUserId?: string;
  publicMetadata?: Record<string, unknown>;
  privateMetadata?: Record<string, unknown>;
}

/**
 * Changes of Clerk's organizations. Answers are Clerk's own JSON.
 *
 * Every call may fail with the codes of `askClerk`; NOT_FOUND is an organization, a member or an invitation that Clerk does
 * not know.
 */
export interface ClerkOrganizations {
  /** The user becomes an admin of it. SLUG_TAKEN where another organization has the slug. */
  create(wish: { name: string; slug?: string; createdBy: string }): Promise<unknown>;
  /** SLUG_TAKEN where another organization has the slug. */
  update(organizationId: string, change: { name?: string; slug?: string }): Promise<unknown>;
  /** One that is gone already is no failure. */
  delete(organizationId: string): Promise<void>;
  setRole(seat: Seat): Promise<unknown>;
  /** One who is no member any more is no failure. */
  removeMember(seat: Pick<Seat, "organizationId" | "userId">): Promise<void>;
  /** Clerk sends the letter. ALREADY_MEMBER; LIMIT_REACHED where Clerk lets no more people in. */
  invite(wish: InvitationWish): Promise<unknown>;
  /** Answers with the invitation as it is afterwards: one that was closed before stays as it was closed. */
  endInvitation(invited: Invited): Promise<unknown>;
}

/** What some of Clerk's codes mean here. */
const MEANINGS = new Map([
  ["form_identifier_exists", "SLUG_TAKEN"],
  ["already_a_member_in_organization", "ALREADY_MEMBER"],
  ["organization_membership_quota_exceeded", "LIMIT_REACHED"],
] as const);

export function openClerkOrganizations(settings: ClerkSettings, log: Log): ClerkOrganizations {
  const { organizations } = createClerkClient({
    secretKey: settings.secretKey.reveal(),
    apiUrl: settings.apiUrl,
    telemetry: { disabled: true },
  });
  const ask = (call: () => Promise<{ raw: unknown }>): Promise<unknown> =>
    askClerk(log, async () => (await call()).raw, MEANINGS);
  const end = async (call: () => Promise<unknown>): Promise<void> => {
    try {
      await askClerk(log, call);
    } catch (error) {
      if (!isRefusal(error, "NOT_FOUND")) throw error;
    }
  };
  return {
    create: (wish) => ask(() => organizations.createOrganization(wish)),
    update: (id, change) => ask(() => organizations.updateOrganization(id, change)),
    delete: (id) => end(() => organizations.deleteOrganization(id)),
    // The SDK sends whatever it is given, so it is given what Clerk knows.
    setRole: ({ organizationId, userId, role }) =>
      ask(() => organizations.updateOrganizationMembership({ organizationId, userId, role })),
    removeMember: ({ organizationId, userId }) =>
      end(() => organizations.deleteOrganizationMembership({ organizationId, userId })),
    invite: (wish) => ask(() => organizations.createOrganizationInvitation(wish)),
    endInvitation: async (invited) => {
      try {
        return await ask(() => organizations.revokeOrganizationInvitation(invited));
      } catch (error) {
        // Clerk ends none that is accepted, revoked or expired, and says so in words of its own.
        if (!isRefusal(error, "VALIDATION_FAILED")) throw error;
        return ask(() => organizations.getOrganizationInvitation(invited));
      }
    },
  };
}

function isRefusal(error: unknown, code: "NOT_FOUND" | "VALIDATION_FAILED"): boolean {
  return error instanceof AppError && error.code === code;
}
