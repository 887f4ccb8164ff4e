import { hash } from "node:crypto";
import { z } from "zod";
import { instantOf } from "../base/instants.ts";
import { slugOf } from "../base/slug.ts";
import type { Workspace } from "../database/generated/client.ts";
import type { Transaction } from "../database/open.ts";
import { bury, isBuried, isOutdated, lockClerkId } from "./clerk-id.ts";
import { settleRoles } from "./owners.ts";

/** An organization as Clerk writes it, alone and inside a membership. The slug may be missing: an instance can do without. */
export const OrganizationJson = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  slug: z.string().nullish(),
  created_by: z.string().nullish(),
  created_at: z.number(),
  updated_at: z.number(),
});
export type OrganizationJson = z.infer<typeof OrganizationJson>;

/**
 * Makes the workspace equal to what Clerk says of its organization, unless it already shows something newer.
 *
 * @param toldAt when Clerk said so: the event's time, or when the Backend API answered
 * @returns the workspace as it is afterwards; null for an organization that was deleted
 */
export async function applyOrganization(
  tx: Transaction,
  json: OrganizationJson,
  toldAt: Date,
): Promise<Workspace | null> {
  await lockClerkId(tx, json.id);
  if (await isBuried(tx, json.id)) return null;
  const known = await tx.workspace.findUnique({ where: { clerkOrganizationId: json.id } });
  const stamps = { clerkUpdatedAt: instantOf(json.updated_at), clerkToldAt: toldAt };
  const creator = json.created_by ?? null;
  if (known === null)
    return tx.workspace.create({
      data: {
        name: json.name,
        slug: await freeSlug(tx, json, null),
        managedBy: "clerk",
        clerkOrganizationId: json.id,
        clerkOwnerId: creator,
        createdAt: instantOf(json.created_at),
        ...stamps,
      },
    });
  // Who made it never changes, and some events leave it out: it is taken from whichever says it first.
  const isNamed = known.clerkOwnerId === null && creator !== null;
  if (isNamed) await tx.workspace.update({ where: { id: known.id }, data: { clerkOwnerId: creator } });
  if (isNamed) await settleRoles(tx, known.id);
  if (!isOutdated(known, stamps)) return known;
  const slug = await freeSlug(tx, json, known.id);
  return tx.workspace.update({ where: { id: known.id }, data: { name: json.name, slug, ...stamps } });
}

/**
 * Clerk deleted the organization: nobody is a member any more, and the workspace is closed. It is purged when closed
 * workspaces are; until then its ledger and its audit trail can be read.
 *
 * @param at when Clerk deleted it: the event's own time
 */
export async function applyOrganizationDeletion(
  tx: Transaction,
  clerkOrganizationId: string,
  at: Date,
): Promise<Workspace | null> {
  await lockClerkId(tx, clerkOrganizationId);
  await bury(tx, clerkOrganizationId, at);
  await tx.organizationInvitation.deleteMany({ where: { clerkOrganizationId } });
  const known = await tx.workspace.findUnique({ where: { clerkOrganizationId } });
  if (known === null || known.deletedAt !== null) return null;
  await tx.workspaceMember.deleteMany({ where: { workspaceId: known.id } });
  return tx.workspace.update({ where: { id: known.id }, data: { deletedAt: at } });
}

/**
 * Clerk's slug, unless a workspace of another origin has it: then with a few letters behind it, the same ones each time,
 * so that events of one organization do not rename its workspace.
 */
async function freeSlug(
  tx: Transaction,
  { id, name, slug }: OrganizationJson,
  workspaceId: string | null,
): Promise<string> {
  const wanted = slug ? slug.slice(0, LONGEST_SLUG) : slugOf(name);
  const holder = await tx.workspace.findUnique({ where: { slug: wanted }, select: { id: true } });
  if (holder === null || holder.id === workspaceId) return wanted;
  return `${wanted}-${hash("sha256", id).slice(0, 8)}`;
}

const LONGEST_SLUG = 50;
