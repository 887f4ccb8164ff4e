import { z } from "zod";
import { Id, Instant, inWorkspace, nameOf } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";
import { ROLES } from "./roles.ts";
import { Tier } from "./tiers.ts";

/** How a workspace is called in addresses: lower case letters, digits and single dashes. */
export const Slug = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "Only lower case letters, digits and single dashes between them");

export const Workspace = z
  .object({
    id: Id,
    name: z.string(),
    slug: z.string(),
    managedBy: z.enum(["local", "clerk"]).describe("`clerk`: it mirrors a Clerk organization"),
    tier: Tier,
    role: z.enum(ROLES).nullable().describe("the caller's role; null for an API key or a machine"),
    createdAt: Instant,
  })
  .meta({ id: "Workspace" });
export type Workspace = z.infer<typeof Workspace>;

export const CreateWorkspace = z.strictObject({
  name: nameOf(200),
  slug: Slug.exactOptional().describe("made from the name where it is left out"),
  kind: z
    .enum(["local", "organization"])
    .default("local")
    .describe("`organization`: it is made at Clerk, and its members are managed there"),
});
export type CreateWorkspace = z.infer<typeof CreateWorkspace>;

export const ListWorkspaces = z.strictObject({
  ...pageInput,
  deleted: z
    .boolean()
    .default(false)
    .describe("those that were deleted and can be restored, instead of the others"),
});
export type ListWorkspaces = z.infer<typeof ListWorkspaces>;

export const GetWorkspace = z.strictObject(inWorkspace);
export type GetWorkspace = z.infer<typeof GetWorkspace>;

export const UpdateWorkspace = z.strictObject({
  ...inWorkspace,
  name: nameOf(200).exactOptional(),
  slug: Slug.exactOptional(),
});
export type UpdateWorkspace = z.infer<typeof UpdateWorkspace>;

/** For how many days a deleted workspace can be restored. Afterwards it is purged with all that it holds. */
export const RESTORABLE_DAYS = 30;

export const DeleteWorkspace = z.strictObject(inWorkspace);
export const RestoreWorkspace = z.strictObject(inWorkspace);
export const LeaveWorkspace = z.strictObject(inWorkspace);

export const TransferOwnership = z.strictObject({ ...inWorkspace, userId: Id });
export type TransferOwnership = z.infer<typeof TransferOwnership>;

/** What is left of a workspace that was deleted. */
export const DeletedWorkspace = z
  .object({
    id: Id,
    deleted: z.literal(true),
    restorableUntil: Instant.nullable().describe("null: it followed an organization at Clerk, which is gone"),
  })
  .meta({ id: "DeletedWorkspace" });
export type DeletedWorkspace = z.infer<typeof DeletedWorkspace>;

export const LeftWorkspace = z.object({ id: Id, left: z.literal(true) }).meta({ id: "LeftWorkspace" });
export type LeftWorkspace = z.infer<typeof LeftWorkspace>;

/** A workspace as whoever runs the installation sees it. */
export const AdminWorkspace = Workspace.omit({ role: true })
  .extend({ members: z.int(), deletedAt: Instant.nullable() })
  .meta({ id: "AdminWorkspace" });
export type AdminWorkspace = z.infer<typeof AdminWorkspace>;

export const ListAllWorkspaces = z.strictObject({
  ...pageInput,
  search: nameOf(200).exactOptional().describe("a part of the name or of the slug, in any case"),
});
export type ListAllWorkspaces = z.infer<typeof ListAllWorkspaces>;

export const SetWorkspaceTier = z.strictObject({ workspaceId: Id, tier: Tier });
export type SetWorkspaceTier = z.infer<typeof SetWorkspaceTier>;

export const AdminWorkspacePage = pageOf(AdminWorkspace).meta({ id: "AdminWorkspacePage" });

export const WorkspacePage = pageOf(Workspace).meta({ id: "WorkspacePage" });
