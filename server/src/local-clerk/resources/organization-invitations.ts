import { z } from "zod";
import { ClerkError, notFound, unprocessable } from "../errors.ts";
import { Metadata, matches, sort } from "../http.ts";
import { newId, randomBase62 } from "../ids.ts";
import { nextUpdate } from "../instance.ts";
import { createMembership, findMembership, getRole, publicUserData } from "./memberships.ts";
import { getOrganization } from "./organizations.ts";
import { findByEmail } from "./identifiers.ts";
import { getUser } from "./users.ts";
import type { Instance } from "../instance.ts";
import type { Membership, OrganizationInvitation, User } from "../shapes.ts";

const DAY_MS = 86_400_000;
/** Clerk's default. */
const EXPIRES_IN_DAYS = 30;

export const CreateOrganizationInvitation = z.looseObject({
  email_address: z.email(),
  role: z.string(),
  inviter_user_id: z.string().nullish(),
  redirect_url: z.string().nullish(),
  expires_in_days: z.number().int().min(1).max(365).nullish(),
  public_metadata: Metadata.nullish(),
  private_metadata: Metadata.nullish(),
});

export function getInvitation(
  instance: Instance,
  id: string,
  organizationIdOrSlug: string,
): OrganizationInvitation {
  const organization = getOrganization(instance, organizationIdOrSlug);
  const invitation = instance.tables.organizationInvitations.get(id);
  if (invitation?.organization_id !== organization.id) throw notFound("Organization invitation");
  return refreshed(instance, invitation);
}

export function createInvitation(
  instance: Instance,
  organizationIdOrSlug: string,
  input: z.infer<typeof CreateOrganizationInvitation>,
): OrganizationInvitation {
  const organization = getOrganization(instance, organizationIdOrSlug);
  const role = getRole(instance, input.role);
  const inviter = input.inviter_user_id ? getUser(instance, input.inviter_user_id) : undefined;
  const email = input.email_address.toLowerCase();
  const guest = findByEmail(instance, email);
  if (guest !== undefined && findMembership(instance, organization.id, guest.id) !== undefined) {
    const message = "This user is a member of the organization already";
    throw new ClerkError(400, "already_a_member_in_organization", { message });
  }
  const open = invitationsOf(instance, organization.id, new URLSearchParams({ status: "pending" }));
  if (open.some((one) => one.email_address === email)) {
    throw unprocessable("duplicate_record", "email_address", "This address has an open invitation already");
  }
  const now = instance.now();
  const ticket = randomBase62(32);
  const landing = input.redirect_url ?? `${instance.url}/sign-in`;
  const invitation: OrganizationInvitation = {
    object: "organization_invitation",
    id: newId("orginv"),
    email_address: email,
    role: role.key,
    organization_id: organization.id,
    inviter_id: inviter?.id ?? null,
    status: "pending",
    public_metadata: input.public_metadata ?? {},
    private_metadata: input.private_metadata ?? {},
    url: `${landing}${landing.includes("?") ? "&" : "?"}__clerk_ticket=${ticket}`,
    expires_at: now + (input.expires_in_days ?? EXPIRES_IN_DAYS) * DAY_MS,
    created_at: now,
    updated_at: now,
  };
  instance.tables.organizationInvitations.set(invitation.id, invitation);
  instance.emit("organizationInvitation.created", describeInvitation(instance, invitation));
  return invitation;
}

export function revokeInvitation(
  instance: Instance,
  invitation: OrganizationInvitation,
): OrganizationInvitation {
  return close(instance, requirePending(invitation), "revoked");
}

/** What the invited person does in a frontend; the invitation's metadata become the membership's. */
export function acceptInvitation(
  instance: Instance,
  id: string,
  userId: string,
): { invitation: OrganizationInvitation; membership: Membership } {
  const found = instance.tables.organizationInvitations.get(id);
  if (found === undefined) throw notFound("Organization invitation");
  const invitation = requirePending(refreshed(instance, found));
  const membership = createMembership(instance, invitation.organization_id, {
    user_id: userId,
    role: invitation.role,
    public_metadata: invitation.public_metadata,
    private_metadata: invitation.private_metadata,
  });
  invitation.user_id = userId;
  return { invitation: close(instance, invitation, "accepted"), membership };
}

export function invitationsOf(
  instance: Instance,
  organizationIdOrSlug: string,
  query: URLSearchParams,
): OrganizationInvitation[] {
  const { id } = getOrganization(instance, organizationIdOrSlug);
  return search(instance, query, (one) => one.organization_id === id);
}

/** The invitations that wait for any of the user's addresses. */
export function invitationsFor(
  instance: Instance,
  user: User,
  query: URLSearchParams,
): OrganizationInvitation[] {
  const own = new Set(user.email_addresses.map((email) => email.email_address));
  return search(instance, query, (one) => own.has(one.email_address));
}

function search(
  instance: Instance,
  query: URLSearchParams,
  isMeant: (invitation: OrganizationInvitation) => boolean,
): OrganizationInvitation[] {
  const all = [...instance.tables.organizationInvitations.values()].map((one) => refreshed(instance, one));
  return sort(
    all.filter((one) => isMeant(one) && matches(query, "status", one.status)),
    query,
    "-created_at",
  );
}

function refreshed(instance: Instance, invitation: OrganizationInvitation): OrganizationInvitation {
  if (invitation.status === "pending" && invitation.expires_at <= instance.now()) {
    invitation.status = "expired";
    instance.changed();
  }
  return invitation;
}

function requirePending(invitation: OrganizationInvitation): OrganizationInvitation {
  if (invitation.status === "pending") return invitation;
  const message = `The invitation is ${invitation.status}`;
  throw new ClerkError(400, "organization_invitation_not_pending", { message });
}

function close(
  instance: Instance,
  invitation: OrganizationInvitation,
  status: "accepted" | "revoked",
): OrganizationInvitation {
  invitation.status = status;
  invitation.updated_at = nextUpdate(instance, invitation);
  instance.emit(`organizationInvitation.${status}`, describeInvitation(instance, invitation));
  return invitation;
}

export function describeInvitation(
  instance: Instance,
  invitation: OrganizationInvitation,
): Record<string, unknown> {
  const { id, name, slug, image_url, has_image } = getOrganization(instance, invitation.organization_id);
  const inviter = instance.tables.users.get(invitation.inviter_id ?? "");
  return {
    ...invitation,
    role_name: instance.tables.roles.get(invitation.role)?.name ?? invitation.role,
    public_organization_data: { id, name, slug, image_url, has_image },
    ...(inviter === undefined ? {} : { public_inviter_data: publicUserData(inviter) }),
  };
}
