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
});
export type CreateWorkspace = z.infer<typeof CreateWorkspace>;

export const ListWorkspaces = z.strictObject(pageInput);
export type ListWorkspaces = z.infer<typeof ListWorkspaces>;

export const GetWorkspace = z.strictObject(inWorkspace);
export type GetWorkspace = z.infer<typeof GetWorkspace>;

export const WorkspacePage = pageOf(Workspace).meta({ id: "WorkspacePage" });
