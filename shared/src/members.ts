import { z } from "zod";
import { Id, Instant, inWorkspace } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";
import { ROLES } from "./roles.ts";

const role = z.enum(ROLES);

export const Member = z
  .object({
    userId: Id,
    name: z.string().nullable(),
    email: z.string().nullable(),
    role,
    joinedAt: Instant,
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof Member>;

export const ListMembers = z.strictObject({ ...inWorkspace, ...pageInput });
export type ListMembers = z.infer<typeof ListMembers>;

export const UpdateMemberRole = z.strictObject({ ...inWorkspace, userId: Id, role });
export type UpdateMemberRole = z.infer<typeof UpdateMemberRole>;

export const RemoveMember = z.strictObject({ ...inWorkspace, userId: Id });
export type RemoveMember = z.infer<typeof RemoveMember>;

export const PreviewRemoval = z.strictObject({ ...inWorkspace, userId: Id });
export type PreviewRemoval = z.infer<typeof PreviewRemoval>;

/** What goes with a member who is removed. */
export const RemovalPreview = z
  .object({
    userId: Id,
    role,
    isLastOwner: z.boolean().describe("then he cannot be removed before another member is owner"),
    apiKeys: z.int().describe("keys of his, which are revoked"),
    invitations: z.int().describe("open invitations of his, which are revoked"),
  })
  .meta({ id: "RemovalPreview" });
export type RemovalPreview = z.infer<typeof RemovalPreview>;

export const RemovedMember = z.object({ userId: Id, removed: z.literal(true) }).meta({ id: "RemovedMember" });
export type RemovedMember = z.infer<typeof RemovedMember>;

export const MemberPage = pageOf(Member).meta({ id: "MemberPage" });
