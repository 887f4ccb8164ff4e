import {
  AcceptInvitation,
  ClosedInvitation,
  CreateInvitation,
  DeclineInvitation,
  InvitationPage,
  ListInvitations,
  ListMyInvitations,
  MyInvitationPage,
  ResendInvitation,
  RevokeInvitation,
  SentInvitation,
  Workspace,
} from "@gatehouse/shared";
import { protectedProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { acceptInvitation, declineInvitation, listMyInvitations } from "./mine.ts";
import { createInvitation, listInvitations, resendInvitation, revokeInvitation } from "./operations.ts";

export const invitationsRouter = router({
  create: workspaceProcedure
    .meta({
      permission: "members:manage",
      rest: { method: "POST", path: "/invitations" },
      errors: ["ALREADY_MEMBER", "LIMIT_REACHED", "ROLE_ESCALATION", "NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Invite somebody by e-mail; inviting the same address again replaces its open invitation",
    })
    .input(CreateInvitation)
    .output(SentInvitation)
    .mutation(({ ctx, input }) => createInvitation(ctx, input)),

  list: workspaceProcedure
    .meta({
      permission: "members:manage",
      rest: { method: "GET", path: "/invitations" },
      summary: "The open invitations of a workspace, the newest first",
    })
    .input(ListInvitations)
    .output(InvitationPage)
    .query(({ ctx, input }) => listInvitations(ctx, input)),

  resend: workspaceProcedure
    .meta({
      permission: "members:manage",
      rest: { method: "POST", path: "/invitations/{invitationId}/resend" },
      errors: ["NOT_FOUND", "ROLE_ESCALATION", "ALREADY_MEMBER", "LIMIT_REACHED", "PROVIDER_ERROR"],
      summary: "Send an open invitation again, with a fresh expiry; one of Clerk's has a new id then",
    })
    .input(ResendInvitation)
    .output(SentInvitation)
    .mutation(({ ctx, input }) => resendInvitation(ctx, input)),

  revoke: workspaceProcedure
    .meta({
      permission: "members:manage",
      rest: { method: "POST", path: "/invitations/{invitationId}/revoke" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "End an open invitation",
    })
    .input(RevokeInvitation)
    .output(ClosedInvitation)
    .mutation(({ ctx, input }) => revokeInvitation(ctx, input)),

  listMine: protectedProcedure
    .meta({
      scope: "users:read",
      rest: { method: "GET", path: "/invitations/list-mine" },
      summary: "The invitations that the caller can accept, the newest first",
    })
    .input(ListMyInvitations)
    .output(MyInvitationPage)
    .query(({ ctx, input }) => listMyInvitations(ctx, input)),

  accept: protectedProcedure
    .meta({
      scope: "users:write",
      rest: { method: "POST", path: "/invitations/{invitationId}/accept" },
      errors: ["NOT_FOUND", "EMAIL_MISMATCH", "INVITATION_EXPIRED", "ALREADY_MEMBER", "LIMIT_REACHED"],
      summary: "Accept an invitation to one's own verified address",
    })
    .input(AcceptInvitation)
    .output(Workspace)
    .mutation(({ ctx, input }) => acceptInvitation(ctx, input)),

  decline: protectedProcedure
    .meta({
      scope: "users:write",
      rest: { method: "POST", path: "/invitations/{invitationId}/decline" },
      errors: ["NOT_FOUND", "EMAIL_MISMATCH"],
      summary: "Decline an invitation to one's own verified address",
    })
    .input(DeclineInvitation)
    .output(ClosedInvitation)
    .mutation(({ ctx, input }) => declineInvitation(ctx, input)),
});
