import { z } from "zod";
import { Id, Instant, inWorkspace } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";
import { ROLES } from "./roles.ts";

/** How many days an invitation can be accepted after it was sent. */
export const INVITATION_DAYS = 7;

const role = z.enum(ROLES);
/** Compared in lower case, as Clerk keeps addresses. */
const email = z.email().max(254).toLowerCase();

export const Invitation = z
  .object({
    id: Id,
    workspaceId: Id,
    email: z.string(),
    role,
    invitedById: Id.nullable().describe(
      "the user who asked, or whose key did; null where a machine did, or where Clerk manages the members",
    ),
    expiresAt: Instant,
    createdAt: Instant,
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;

/** An invitation that was just sent. Where the mail could not be handed over, `resend` tries again. */
export const SentInvitation = Invitation.extend({
  mailSent: z.boolean().describe("false: the mail server did not take it"),
}).meta({ id: "SentInvitation" });
export type SentInvitation = z.infer<typeof SentInvitation>;

/** An invitation as the person sees it who was asked. */
export const MyInvitation = z
  .object({
    id: Id,
    workspaceId: Id,
    workspaceName: z.string(),
    role,
    invitedBy: z.string().nullable().describe("the name of whoever asked"),
    expiresAt: Instant,
    createdAt: Instant,
  })
  .meta({ id: "MyInvitation" });
export type MyInvitation = z.infer<typeof MyInvitation>;

export const CreateInvitation = z.strictObject({ ...inWorkspace, email, role });
export type CreateInvitation = z.infer<typeof CreateInvitation>;

export const ListInvitations = z.strictObject({ ...inWorkspace, ...pageInput });
export type ListInvitations = z.infer<typeof ListInvitations>;

export const ResendInvitation = z.strictObject({ ...inWorkspace, invitationId: Id });
export type ResendInvitation = z.infer<typeof ResendInvitation>;

export const RevokeInvitation = z.strictObject({ ...inWorkspace, invitationId: Id });
export type RevokeInvitation = z.infer<typeof RevokeInvitation>;

export const ListMyInvitations = z.strictObject(pageInput);
export type ListMyInvitations = z.infer<typeof ListMyInvitations>;

export const AcceptInvitation = z.strictObject({ invitationId: Id });
export type AcceptInvitation = z.infer<typeof AcceptInvitation>;

export const DeclineInvitation = z.strictObject({ invitationId: Id });
export type DeclineInvitation = z.infer<typeof DeclineInvitation>;

/** An invitation that is open no more. */
export const ClosedInvitation = z
  .object({ id: Id, outcome: z.enum(["declined", "revoked"]) })
  .meta({ id: "ClosedInvitation" });
export type ClosedInvitation = z.infer<typeof ClosedInvitation>;

export const InvitationPage = pageOf(Invitation).meta({ id: "InvitationPage" });
export const MyInvitationPage = pageOf(MyInvitation).meta({ id: "MyInvitationPage" });
