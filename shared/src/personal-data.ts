import { z } from "zod";
import { ApiKey } from "./api-keys.ts";
import { AuditEntry } from "./audit.ts";
import { CreditEntry } from "./credits.ts";
import { Id, Instant } from "./fields.ts";
import { Invitation } from "./invitations.ts";
import { Me } from "./me.ts";
import { ROLES } from "./roles.ts";

export const ExportOwnData = z.strictObject({});

/** Everything that is held about the caller. What Clerk and the payment providers hold stands there. */
export const PersonalData = z
  .object({
    exportedAt: Instant,
    user: Me,
    memberships: z.array(
      z.object({ workspaceId: Id, workspaceName: z.string(), role: z.enum(ROLES), joinedAt: Instant }),
    ),
    accessCodesRedeemed: z.array(z.object({ accessCodeId: Id, redeemedAt: Instant })),
    sessions: z.array(z.object({ id: z.string(), status: z.string(), createdAt: Instant })),
    invitationsReceived: z.array(Invitation),
    invitationsSent: z.array(Invitation),
    apiKeys: z.array(ApiKey),
    creditEntries: z.array(CreditEntry),
    payments: z.array(
      z.object({
        id: Id,
        provider: z.string(),
        packId: z.string(),
        credits: z.int(),
        amount: z.int(),
        currency: z.string(),
        state: z.string(),
        createdAt: Instant,
      }),
    ),
    auditEntries: z.array(AuditEntry).describe("what the caller did"),
  })
  .meta({ id: "PersonalData" });
export type PersonalData = z.infer<typeof PersonalData>;

export const DeleteMe = z.strictObject({});

/** What is left of a user who has deleted himself. */
export const DeletedMe = z.object({ id: Id, deleted: z.literal(true) }).meta({ id: "DeletedMe" });
export type DeletedMe = z.infer<typeof DeletedMe>;
