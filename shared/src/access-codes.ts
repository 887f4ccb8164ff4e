import { z } from "zod";
import { Id, Instant, nameOf } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";

/** Redeems an access code. Case, spaces and dashes do not matter, and O reads as 0, I and L as 1. */
export const RedeemAccessCode = z.strictObject({ code: z.string().min(1).max(200) });
export type RedeemAccessCode = z.infer<typeof RedeemAccessCode>;

export const CreateAccessCode = z.strictObject({
  label: nameOf(200).exactOptional(),
  maxRedemptions: z.int().min(1).max(1_000_000).default(1),
  expiresAt: Instant.exactOptional(),
});
export type CreateAccessCode = z.infer<typeof CreateAccessCode>;

export const ListAccessCodes = z.strictObject(pageInput);
export type ListAccessCodes = z.infer<typeof ListAccessCodes>;

export const RevokeAccessCode = z.strictObject({ accessCodeId: Id });
export type RevokeAccessCode = z.infer<typeof RevokeAccessCode>;

/** An access code without its secret part. */
export const AccessCode = z
  .object({
    id: Id,
    start: z.string().describe("the first characters of the code, to tell two of them apart"),
    label: z.string().nullable(),
    maxRedemptions: z.int(),
    redemptions: z.int().describe("how often it has been redeemed"),
    expiresAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
    createdAt: Instant,
  })
  .meta({ id: "AccessCode" });
export type AccessCode = z.infer<typeof AccessCode>;

/** A new access code. The plain `code` is here and nowhere else, ever again. */
export const NewAccessCode = AccessCode.extend({ code: z.string() }).meta({ id: "NewAccessCode" });
export type NewAccessCode = z.infer<typeof NewAccessCode>;

export const AccessCodePage = pageOf(AccessCode).meta({ id: "AccessCodePage" });
