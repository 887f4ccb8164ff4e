import { z } from "zod";
import { ClerkError, notFound, unprocessable } from "../errors.ts";
import { newId } from "../ids.ts";
import { nextUpdate } from "../instance.ts";
import { mergeMetadata } from "./metadata.ts";
import { describeOrganization, getOrganization } from "./organizations.ts";
import { getUser, primaryEmail } from "./users.ts";
import { Metadata } from "../http.ts";
import type { GivenMetadata } from "./metadata.ts";
import type { Instance } from "../instance.ts";
import type { Membership, Role, User } from "../shapes.ts";

export const CreateMembership = z.looseObject({
  user_id: z.string(),
  role: z.string(),
  public_metadata: Metadata.nullish(),
  private_metadata: Metadata.nullish(),
});

export function findMembership(
  instance: Instance,
  organizationId: string,
  userId: string,
): Membership | undefined {
  for (const membership of instance.tables.memberships.values()) {
    if (membership.organization_id === organizationId && membership.user_id === userId) return membership;
  }
  return undefined;
}

export function getMembership(instance: Instance, organizationId: string, userId: string): Membership {
  const membership = findMembership(instance, organizationId, userId);
  if (membership === undefined) throw notFound("Organization membership");
  return membership;
}

export function getRole(instance: Instance, key: string): Role {
  const role = instance.tables.roles.get(key);
  if (role === undefined) throw unprocessable("form_param_value_invalid", "role", "There is no such role");
  return role;
}

export function membersOf(instance: Instance, organizationId: string): Membership[] {
  return [...instance.tables.memberships.values()].filter((one) => one.organization_id === organizationId);
}

export function createMembership(
  instance: Instance,
  organizationId: string,
  input: z.infer<typeof CreateMembership>,
): Membership {
  const organization = getOrganization(instance, organizationId);
  const user = getUser(instance, input.user_id);
  const role = getRole(instance, input.role);
  if (findMembership(instance, organization.id, user.id) !== undefined) {
    const message = "This user is a member of the organization already";
    throw new ClerkError(400, "already_a_member_in_organization", { message });
  }
  const limit = organization.max_allowed_memberships;
  if (limit > 0 && membersOf(instance, organization.id).length >= limit) {
    const message = "The organization has no room for another member";
    throw new ClerkError(403, "organization_membership_quota_exceeded", { message });
  }
  const now = instance.now();
  const membership: Membership = {
    object: "organization_membership",
    id: newId("orgmem"),
    organization_id: organization.id,
    user_id: user.id,
    role: role.key,
    public_metadata: input.public_metadata ?? {},
    private_metadata: input.private_metadata ?? {},
    created_at: now,
    updated_at: now,
  };
  instance.tables.memberships.set(membership.id, membership);
  instance.emit("organizationMembership.created", describeMembership(instance, membership));
  return membership;
}

export function changeRole(instance: Instance, membership: Membership, role: string): Membership {
  membership.role = getRole(instance, role).key;
  return noteUpdate(instance, membership);
}

export function changeMembershipMetadata(
  instance: Instance,
  membership: Membership,
  given: GivenMetadata,
): Membership {
  mergeMetadata(membership, given);
  return noteUpdate(instance, membership);
}

/** The event carries the whole membership as it last was, with its old `updated_at` and no `deleted` mark. */
export function removeMembership(
  instance: Instance,
  membership: Membership,
  tell = true,
): DescribedMembership {
  const last = describeMembership(instance, membership);
  instance.tables.memberships.delete(membership.id);
  for (const session of instance.tables.sessions.values()) {
    const here = session.last_active_organization_id === membership.organization_id;
    if (here && session.user_id === membership.user_id) session.last_active_organization_id = null;
  }
  if (tell) instance.emit("organizationMembership.deleted", last);
  else instance.changed();
  return last;
}

function noteUpdate(instance: Instance, membership: Membership): Membership {
  membership.updated_at = nextUpdate(instance, membership);
  instance.emit("organizationMembership.updated", describeMembership(instance, membership));
  return membership;
}

export interface PublicUserData {
  user_id: string;
  first_name: string | null;
  last_name: string | null;
  profile_image_url: string;
  image_url: string;
  has_image: boolean;
  identifier: string;
  username: string | null;
  banned: boolean;
}

/** `identifier` is the e-mail only when there is one: else the username, else a phone number. */
export function publicUserData(user: User): PublicUserData {
  const phone = user.phone_numbers.find((one) => one.id === user.primary_phone_number_id)?.phone_number;
  return {
    user_id: user.id,
    first_name: user.first_name,
    last_name: user.last_name,
    profile_image_url: user.profile_image_url,
    image_url: user.image_url,
    has_image: user.has_image,
    identifier: primaryEmail(user) ?? user.username ?? phone ?? user.id,
    username: user.username,
    banned: user.banned,
  };
}

export type DescribedMembership = ReturnType<typeof describeMembership>;

/** As answers and webhooks show it; both parents are inside, and the SDK fails on a membership without them. */
export function describeMembership(instance: Instance, membership: Membership) {
  const { organization_id, user_id, ...own } = membership;
  const role = instance.tables.roles.get(membership.role);
  return {
    ...own,
    role_name: role?.name ?? membership.role,
    permissions: role?.permissions ?? [],
    organization: describeOrganization(instance, getOrganization(instance, organization_id)),
    public_user_data: publicUserData(getUser(instance, user_id)),
  };
}
