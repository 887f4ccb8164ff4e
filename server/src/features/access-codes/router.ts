import {
  AccessCode,
  AccessCodePage,
  CreateAccessCode,
  ListAccessCodes,
  Me,
  NewAccessCode,
  RedeemAccessCode,
  RevokeAccessCode,
} from "@gatehouse/shared";
import { adminProcedure, protectedProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { createAccessCode, listAccessCodes, redeemAccessCode, revokeAccessCode } from "./operations.ts";

export const accessCodesRouter = router({
  redeem: protectedProcedure
    .meta({
      scope: "users:write",
      rest: { method: "POST", path: "/access-codes/redeem" },
      attempts: "accessCode",
      errors: ["CODE_INVALID"],
      summary: "Redeem an access code and get product access",
    })
    .input(RedeemAccessCode)
    .output(Me)
    .mutation(({ ctx, input }) => redeemAccessCode(ctx, input)),
});

export const adminAccessCodesRouter = router({
  create: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/access-codes" },
      summary: "Make an access code; the plain code is in this answer only",
    })
    .input(CreateAccessCode)
    .output(NewAccessCode)
    .mutation(({ ctx, input }) => createAccessCode(ctx, input)),

  list: adminProcedure
    .meta({
      rest: { method: "GET", path: "/admin/access-codes" },
      summary: "The access codes, the newest first",
    })
    .input(ListAccessCodes)
    .output(AccessCodePage)
    .query(({ ctx, input }) => listAccessCodes(ctx, input)),

  revoke: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/access-codes/{accessCodeId}/revoke" },
      errors: ["NOT_FOUND"],
      summary: "End an access code; who has redeemed it keeps his access",
    })
    .input(RevokeAccessCode)
    .output(AccessCode)
    .mutation(({ ctx, input }) => revokeAccessCode(ctx, input)),
});
