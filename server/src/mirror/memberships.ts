import { z } from "zod";
import { instantOf } from "../base/instants.ts";
import type { Transaction } from "../database/open.ts";
import { endBelongings } from "./belongings.ts";
import { bury, isBuried, isOutdated, lockClerkId } from "./clerk-id.ts";
import type { RoleOf } from "./clerk-roles.ts";
import { applyOrganization, OrganizationJson } from "./organizations.ts";
import { settleRoles } from "./owners.ts";

/**
 * A membership as Clerk writes it, with its organization and the public part of its user. `identifier` is left out: it may
 * be a telephone number or a wallet, and is not an e-mail address because it looks like one.
 */
export const MembershipJson = z.object({
  id: z.string().min(1),
  role: z.string(),
  organization: OrganizationJson,
  public_user_data: z.object({
    user_id: z.string().min(1),
    first_name: z.string().nullish(),
    last_name: z.string().nullish(),
    image_url: z.string().nullish(),
  }),
  created_at: z.number(),
  updated_at: z.number(),
});
export type MembershipJson = z.infer<typeof MembershipJson>;

export interface MembershipTools {
  /** When Clerk said so: the event's time, or when the Backend API answered. */
  toldAt: Date;
  roleOf: RoleOf;
}

/** Whose membership in which workspace. */
export interface Mirrored {
  workspaceId: string;
  userId: string;
}

/**
 * Makes the member's row equal to what Clerk says, and the workspace and the user first where they are not known yet.
 *
 * Somebody who leaves and joins again has a new membership with a new id. Whichever of two began later stands; the other
 * one is over, although its deletion may still be on its way.
 *
 * @returns null where the membership, its organization or its user is gone
 */
export async function applyMembership(
  tx: Transaction,
  json: MembershipJson,
  { toldAt, roleOf }: MembershipTools,
): Promise<Mirrored | null> {
  // This takes the organization's lock, and with it all its memberships are ours until the end.
  const workspace = await applyOrganization(tx, json.organization, toldAt);
  if (workspace === null || (await isBuried(tx, json.id))) return null;
  const userId = await requireUser(tx, json.public_user_data);
  if (userId === null) return null;

  const key = { workspaceId_userId: { workspaceId: workspace.id, userId } };
  const state = {
    clerkMembershipId: json.id,
    clerkRole: roleOf(json.role),
    clerkUpdatedAt: instantOf(json.updated_at),
    clerkToldAt: toldAt,
    joinedAt: instantOf(json.created_at),
  };
  const held = await tx.workspaceMember.findUnique({ where: key });
  if (held === null) {
    await tx.workspaceMember.create({
      data: { workspaceId: workspace.id, userId, role: state.clerkRole, ...state },
    });
  } else if (held.clerkMembershipId === json.id) {
    if (!isOutdated(held, state)) return key.workspaceId_userId;
    await tx.workspaceMember.update({ where: key, data: state });
  } else {
    const isOver = held.joinedAt > state.joinedAt ? json.id : held.clerkMembershipId;
    if (isOver !== null) await bury(tx, isOver, toldAt);
    if (isOver === json.id) return null;
    await tx.workspaceMember.update({ where: key, data: state });
    await endBelongings(tx, key.workspaceId_userId, { at: toldAt, madeBefore: state.joinedAt });
  }
  await settleRoles(tx, workspace.id);
  return { workspaceId: workspace.id, userId };
}

/**
 * Ends one membership with what goes with it, and only that one: the event names it by its id and carries its old
 * `updated_at`.
 *
 * @returns null where there was none
 */
export async function applyMembershipDeletion(
  tx: Transaction,
  { id, organization }: Pick<MembershipJson, "id"> & { organization: Pick<OrganizationJson, "id"> },
  at: Date,
): Promise<Mirrored | null> {
  await lockClerkId(tx, organization.id);
  await bury(tx, id, at);
  const held = await tx.workspaceMember.findUnique({ where: { clerkMembershipId: id } });
  if (held === null) return null;
  await tx.workspaceMember.delete({ where: { clerkMembershipId: id } });
  await endBelongings(tx, held, { at });
  await settleRoles(tx, held.workspaceId);
  return held;
}

/**
 * The user of a membership. One who is not known yet gets a row that his own event will complete; its date of 1970 makes
 * every word of Clerk's newer, and keeps him out until then. Null for one who was deleted.
 */
async function requireUser(
  tx: Transaction,
  user: MembershipJson["public_user_data"],
): Promise<string | null> {
  const clerkId = user.user_id;
  await lockClerkId(tx, clerkId);
  if (await isBuried(tx, clerkId)) return null;
  const known = await tx.user.findUnique({ where: { clerkId }, select: { id: true } });
  if (known !== null) return known.id;
  const name = [user.first_name, user.last_name].filter(Boolean).join(" ");
  const { id } = await tx.user.create({
    data: {
      clerkId,
      name: name === "" ? null : name,
      imageUrl: user.image_url ?? null,
      clerkUpdatedAt: new Date(0),
    },
  });
  return id;
}
