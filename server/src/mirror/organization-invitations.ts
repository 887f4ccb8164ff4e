import { z } from "zod";
import { instantOf } from "../base/instants.ts";
import { uuidV7Of } from "../base/uuid-v7.ts";
import type { Transaction } from "../database/open.ts";
import { isBuried, lockClerkId } from "./clerk-id.ts";
import type { RoleOf } from "./clerk-roles.ts";

/** An invitation as Clerk writes it. Its `url` is left out: whoever has that can accept. */
export const InvitationJson = z.object({
  id: z.string().min(1),
  email_address: z.string(),
  role: z.string(),
  organization_id: z.string().nullish(),
  public_organization_data: z.object({ id: z.string().min(1) }).nullish(),
  status: z.enum(["pending", "accepted", "revoked", "expired"]).nullish(),
  expires_at: z.number().nullish(),
  created_at: z.number(),
  updated_at: z.number(),
});
export type InvitationJson = z.infer<typeof InvitationJson>;

/** The organization that an invitation leads to; null where Clerk does not say. */
export function organizationOf({ organization_id, public_organization_data }: InvitationJson): string | null {
  return organization_id ?? public_organization_data?.id ?? null;
}

/** Notes what Clerk says of an invitation, in one statement that decides by itself: what is closed stays closed. */
export async function applyOrganizationInvitation(
  tx: Transaction,
  json: InvitationJson,
  roleOf: RoleOf,
): Promise<"applied" | "ignored"> {
  const organizationId = organizationOf(json);
  if (organizationId === null) return "ignored";
  await lockClerkId(tx, organizationId);
  if (await isBuried(tx, organizationId)) return "ignored";
  const createdAt = instantOf(json.created_at);
  const expiresAt = typeof json.expires_at === "number" ? instantOf(json.expires_at) : null;
  await tx.$executeRaw`
    INSERT INTO organization_invitations
      (id, public_id, clerk_organization_id, email, role, status, expires_at, clerk_updated_at, created_at)
    VALUES (${json.id}, ${uuidV7Of(createdAt)}::uuid, ${organizationId}, ${json.email_address.toLowerCase()}, ${roleOf(json.role)}::workspace_role,
      ${json.status ?? "pending"}::organization_invitation_status, ${expiresAt},
      ${instantOf(json.updated_at)}, ${createdAt})
    ON CONFLICT (id) DO UPDATE
      SET role = EXCLUDED.role, status = EXCLUDED.status, expires_at = EXCLUDED.expires_at,
          clerk_updated_at = GREATEST(organization_invitations.clerk_updated_at, EXCLUDED.clerk_updated_at)
      WHERE organization_invitations.status = 'pending'
        AND (EXCLUDED.status <> 'pending' OR EXCLUDED.clerk_updated_at >= organization_invitations.clerk_updated_at)`;
  return "applied";
}

/** Clerk knows nothing of the invitation any more: nobody can accept it. */
export async function applyOrganizationInvitationEnd(
  tx: Transaction,
  { id, organizationId, at }: { id: string; organizationId: string; at: Date },
): Promise<void> {
  await lockClerkId(tx, organizationId);
  await tx.organizationInvitation.updateMany({
    where: { id, status: "pending" },
    data: { status: "revoked", clerkUpdatedAt: at },
  });
}
