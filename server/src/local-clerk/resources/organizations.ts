import { z } from "zod";
import { notFound, unprocessable } from "../errors.ts";
import { newId, randomBase62 } from "../ids.ts";
import { nextUpdate } from "../instance.ts";
import { createMembership, membersOf, removeMembership } from "./memberships.ts";
import { mergeMetadata, replaceMetadata } from "./metadata.ts";
import { getUser } from "./users.ts";
import { Metadata } from "../http.ts";
import type { GivenMetadata } from "./metadata.ts";
import type { Instance } from "../instance.ts";
import type { Organization } from "../shapes.ts";
import type { DeletedObject } from "./users.ts";

export const UpdateOrganization = z.looseObject({
  name: z.string().min(1).max(256).nullish(),
  slug: z.string().nullish(),
  max_allowed_memberships: z.number().int().min(0).nullish(),
  admin_delete_enabled: z.boolean().nullish(),
  public_metadata: Metadata.nullish(),
  private_metadata: Metadata.nullish(),
});
export const CreateOrganization = UpdateOrganization.extend({
  name: z.string().min(1).max(256),
  created_by: z.string().nullish(),
});

/** Clerk's default; 0 means without limit. */
const MEMBERS_ALLOWED = 5;

export function getOrganization(instance: Instance, idOrSlug: string): Organization {
  const byId = instance.tables.organizations.get(idOrSlug);
  if (byId !== undefined) return byId;
  for (const one of instance.tables.organizations.values()) if (one.slug === idOrSlug) return one;
  throw notFound("Organization");
}

export function createOrganization(
  instance: Instance,
  input: z.infer<typeof CreateOrganization>,
): Organization {
  const creator = input.created_by ? getUser(instance, input.created_by) : undefined;
  const slug = input.slug ?? freeSlug(instance, input.name);
  requireSlug(instance, slug);
  const now = instance.now();
  const organization: Organization = {
    object: "organization",
    id: newId("org"),
    name: input.name,
    slug,
    image_url: "https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCJ9",
    has_image: false,
    max_allowed_memberships: input.max_allowed_memberships ?? MEMBERS_ALLOWED,
    admin_delete_enabled: input.admin_delete_enabled ?? true,
    public_metadata: input.public_metadata ?? {},
    private_metadata: input.private_metadata ?? {},
    ...(creator === undefined ? {} : { created_by: creator.id }),
    created_at: now,
    updated_at: now,
  };
  instance.tables.organizations.set(organization.id, organization);
  instance.emit("organization.created", describeOrganization(instance, organization));
  if (creator !== undefined) {
    createMembership(instance, organization.id, { user_id: creator.id, role: "org:admin" });
  }
  return organization;
}

export function updateOrganization(
  instance: Instance,
  id: string,
  input: z.infer<typeof UpdateOrganization>,
): Organization {
  const organization = getOrganization(instance, id);
  if (typeof input.slug === "string") {
    requireSlug(instance, input.slug, organization.id);
    organization.slug = input.slug;
  }
  organization.name = input.name ?? organization.name;
  organization.max_allowed_memberships =
    input.max_allowed_memberships ?? organization.max_allowed_memberships;
  organization.admin_delete_enabled = input.admin_delete_enabled ?? organization.admin_delete_enabled;
  replaceMetadata(organization, input);
  return noteUpdate(instance, organization);
}

export function changeOrganizationMetadata(
  instance: Instance,
  id: string,
  change: { given: GivenMetadata; how: "merge" | "replace" },
): Organization {
  const organization = getOrganization(instance, id);
  if (change.how === "merge") mergeMetadata(organization, change.given);
  else replaceMetadata(organization, change.given);
  return noteUpdate(instance, organization);
}

export function deleteOrganization(instance: Instance, idOrSlug: string): DeletedObject {
  const { id, slug } = getOrganization(instance, idOrSlug);
  for (const one of membersOf(instance, id)) removeMembership(instance, one, instance.settings.cascades);
  for (const invitation of instance.tables.organizationInvitations.values()) {
    if (invitation.organization_id === id) instance.tables.organizationInvitations.delete(invitation.id);
  }
  instance.tables.organizations.delete(id);
  const deleted: DeletedObject = { object: "organization", id, slug, deleted: true };
  instance.emit("organization.deleted", deleted);
  return deleted;
}

function noteUpdate(instance: Instance, organization: Organization): Organization {
  organization.updated_at = nextUpdate(instance, organization);
  instance.emit("organization.updated", describeOrganization(instance, organization));
  return organization;
}

export interface DescribedOrganization extends Organization {
  members_count: number;
  pending_invitations_count: number;
  missing_member_with_elevated_permissions: boolean;
  role_set_key: string;
}

/** With the counts, which are never stored. */
export function describeOrganization(instance: Instance, organization: Organization): DescribedOrganization {
  const members = membersOf(instance, organization.id);
  const pending = [...instance.tables.organizationInvitations.values()].filter(
    (invitation) => invitation.organization_id === organization.id && invitation.status === "pending",
  );
  return {
    ...organization,
    members_count: members.length,
    pending_invitations_count: pending.length,
    missing_member_with_elevated_permissions: !members.some((member) => member.role === "org:admin"),
    role_set_key: "role_set:default",
  };
}

function requireSlug(instance: Instance, slug: string, ownId?: string): void {
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(slug)) {
    throw unprocessable(
      "form_param_format_invalid",
      "slug",
      "A slug is of lower-case letters, digits, - and _",
    );
  }
  for (const other of instance.tables.organizations.values()) {
    if (other.slug === slug && other.id !== ownId) {
      throw unprocessable("form_identifier_exists", "slug", "That slug is taken");
    }
  }
}

function freeSlug(instance: Instance, name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const wanted = plain === "" ? "organization" : plain;
  const taken = [...instance.tables.organizations.values()].some((one) => one.slug === wanted);
  return taken ? `${wanted}-${randomBase62(8).toLowerCase()}` : wanted;
}
