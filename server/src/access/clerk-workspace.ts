import type { Role } from "@gatehouse/shared";
import { AppError } from "../base/app-error.ts";
import type { Database, Transaction } from "../database/open.ts";
import { clerkRoleFor } from "../mirror/clerk-roles.ts";
import type { RoleOf } from "../mirror/clerk-roles.ts";
import { applyMembership, applyMembershipDeletion, MembershipJson } from "../mirror/memberships.ts";
import { applyOrganization, OrganizationJson } from "../mirror/organizations.ts";
import { instantOf } from "../base/instants.ts";
import { applyOrganizationInvitation, InvitationJson } from "../mirror/organization-invitations.ts";
import type { OrganizationInvitation, Workspace } from "../database/generated/client.ts";
import type { ClerkDirectory } from "../providers/clerk-directory.ts";
import type { ClerkOrganizations } from "../providers/clerk-organizations.ts";

/** What it takes to change an organization at Clerk and to show the change here in the same call. */
export interface OrganizationTools {
  clerk: ClerkOrganizations;
  directory: ClerkDirectory;
  roles: ReadonlyMap<string, Role>;
  roleOf: RoleOf;
}

/** A member of a workspace that Clerk manages, as Clerk knows him. */
export interface Seat {
  organizationId: string;
  userId: string;
  membershipId: string;
}

/** @throws AppError NOT_MEMBER for who has left in the meantime */
export async function readSeat(
  db: Database,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): Promise<Seat> {
  const row = await db.workspaceMember.findUnique({
    where: { workspaceId_userId: { workspaceId, userId } },
    select: {
      clerkMembershipId: true,
      user: { select: { clerkId: true } },
      workspace: { select: { clerkOrganizationId: true } },
    },
  });
  const organizationId = row?.workspace.clerkOrganizationId ?? null;
  const membershipId = row?.clerkMembershipId ?? null;
  if (row === null || organizationId === null || membershipId === null) throw new AppError("NOT_MEMBER");
  return { organizationId, userId: row.user.clerkId, membershipId };
}

/** Clerk's id of the organization that a workspace mirrors. */
export async function organizationOf(tx: Transaction, workspaceId: string): Promise<string> {
  const { clerkOrganizationId } = await tx.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  if (clerkOrganizationId === null) throw new Error("a workspace of Clerk's without an organization");
  return clerkOrganizationId;
}

/** @throws AppError VALIDATION_FAILED where no role at Clerk means this one */
export function requireClerkRole(role: Role, { roles }: OrganizationTools): string {
  const clerkRole = clerkRoleFor(role, roles);
  if (clerkRole !== null) return clerkRole;
  throw new AppError("VALIDATION_FAILED", {
    fields: [{ path: "role", message: `No role of Clerk's organizations means ${role} here` }],
  });
}

/** Shows at once what Clerk answered. Its event comes later and changes nothing. */
export async function storeMembership(
  tx: Transaction,
  answer: unknown,
  { roleOf }: OrganizationTools,
): Promise<void> {
  const json = read(MembershipJson, answer);
  await applyMembership(tx, json, { toldAt: instantOf(json.updated_at), roleOf });
}

export async function storeOrganization(tx: Transaction, answer: unknown): Promise<Workspace> {
  const json = read(OrganizationJson, answer);
  const workspace = await applyOrganization(tx, json, instantOf(json.updated_at));
  if (workspace === null) throw new AppError("FORBIDDEN");
  return workspace;
}

/** @throws AppError NOT_FOUND for an organization that was deleted in the meantime */
export async function storeInvitation(
  tx: Transaction,
  answer: unknown,
  { roleOf }: OrganizationTools,
): Promise<OrganizationInvitation> {
  const json = read(InvitationJson, answer);
  if ((await applyOrganizationInvitation(tx, json, roleOf)) === "ignored") throw new AppError("NOT_FOUND");
  return tx.organizationInvitation.findUniqueOrThrow({ where: { id: json.id } });
}

export async function endMembership(
  tx: Transaction,
  { membershipId, organizationId }: Seat,
  at: Date,
): Promise<void> {
  await applyMembershipDeletion(tx, { id: membershipId, organization: { id: organizationId } }, at);
}

function read<Json>(shape: { safeParse: (json: unknown) => { data?: Json } }, answer: unknown): Json {
  const { data } = shape.safeParse(answer);
  if (data === undefined) throw new AppError("PROVIDER_ERROR");
  return data;
}
