import {
  ListMembers,
  Member,
  MemberPage,
  PreviewRemoval,
  RemovalPreview,
  RemovedMember,
  RemoveMember,
  UpdateMemberRole,
} from "@gatehouse/shared";
import { workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { machineProcedures } from "../machines/router.ts";
import { removeMember, updateMemberRole } from "./changes.ts";
import { listMembers, previewRemoval } from "./operations.ts";

export const membersRouter = router({
  list: workspaceProcedure
    .meta({
      permission: "members:read",
      rest: { method: "GET", path: "/members" },
      summary: "The members of a workspace",
    })
    .input(ListMembers)
    .output(MemberPage)
    .query(({ ctx, input }) => listMembers(ctx, input)),

  updateRole: workspaceProcedure
    .meta({
      permission: "members:manage",
      rest: { method: "PATCH", path: "/members/{userId}" },
      errors: ["NOT_FOUND", "NOT_MEMBER", "ROLE_ESCALATION", "LAST_OWNER", "PROVIDER_ERROR"],
      summary: "Give a member another role",
    })
    .input(UpdateMemberRole)
    .output(Member)
    .mutation(({ ctx, input }) => updateMemberRole(ctx, input)),

  removalPreview: workspaceProcedure
    .meta({
      permission: "members:manage",
      rest: { method: "GET", path: "/members/{userId}/removal-preview" },
      errors: ["NOT_FOUND"],
      summary: "What removing a member would take away",
    })
    .input(PreviewRemoval)
    .output(RemovalPreview)
    .query(({ ctx, input }) => previewRemoval(ctx, input)),

  remove: workspaceProcedure
    .meta({
      permission: "members:manage",
      rest: { method: "DELETE", path: "/members/{userId}" },
      errors: ["NOT_FOUND", "NOT_MEMBER", "ROLE_ESCALATION", "LAST_OWNER", "PROVIDER_ERROR"],
      summary: "Remove a member; what was made in his name ends with it",
    })
    .input(RemoveMember)
    .output(RemovedMember)
    .mutation(({ ctx, input }) => removeMember(ctx, input)),

  ...machineProcedures,
});
