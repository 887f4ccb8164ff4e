import { createClerkClient } from "@clerk/backend";
import { isClerkAPIResponseError } from "@clerk/backend/errors";
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

/**
 * Changes of Clerk's organizations. Answers are Clerk's own JSON.
 *
 * Every call may fail with the codes of `askClerk`; NOT_FOUND is an organization or a member that Clerk does not know.
 */
export interface ClerkOrganizations {
  /** The user becomes an admin of it. SLUG_TAKEN where another organization has the slug. */
  create(wish: { name: string; slug?: string; createdBy: string }): Promise<unknown>;
  /** SLUG_TAKEN where another organization has the slug. */
  update(organizationId: string, change: { name?: string; slug?: string }): Promise<unknown>;
  setRole(seat: Seat): Promise<unknown>;
  /** One who is no member any more is no failure. */
  removeMember(seat: Pick<Seat, "organizationId" | "userId">): Promise<void>;
}

export function openClerkOrganizations(settings: ClerkSettings, log: Log): ClerkOrganizations {
  const { organizations } = createClerkClient({
    secretKey: settings.secretKey.reveal(),
    apiUrl: settings.apiUrl,
    telemetry: { disabled: true },
  });
  const ask = async (call: () => Promise<{ raw: unknown }>): Promise<unknown> => {
    try {
      return await askClerk(log, async () => (await call()).raw);
    } catch (error) {
      throw isTakenSlug(error) ? new AppError("SLUG_TAKEN", { cause: error }) : error;
    }
  };
  return {
    create: (wish) => ask(() => organizations.createOrganization(wish)),
    update: (id, change) => ask(() => organizations.updateOrganization(id, change)),
    // The SDK sends whatever it is given, so it is given what Clerk knows.
    setRole: ({ organizationId, userId, role }) =>
      ask(() => organizations.updateOrganizationMembership({ organizationId, userId, role })),
    removeMember: async ({ organizationId, userId }) => {
      try {
        await ask(() => organizations.deleteOrganizationMembership({ organizationId, userId }));
      } catch (error) {
        if (!(error instanceof AppError && error.code === "NOT_FOUND")) throw error;
      }
    },
  };
}

function isTakenSlug(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : undefined;
  return isClerkAPIResponseError(cause) && cause.errors.some(({ code }) => code === "form_identifier_exists");
}
