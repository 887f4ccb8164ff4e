import {
  AdjustCredits,
  CaptureCredits,
  CreditBalance,
  CreditEntry,
  CreditEntryPage,
  CreditExplanation,
  CreditHold,
  ExplainCredits,
  GetCreditBalance,
  HoldCredits,
  ListCreditEntries,
  ListMyCreditEntries,
  ReleaseCredits,
  SpendCredits,
} from "@gatehouse/shared";
import { adminProcedure, protectedProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { adjustCredits } from "./adjust.ts";
import { captureCredits, holdCredits, releaseCredits } from "./holds.ts";
import { explainCredits, listEntries, readBalance } from "./operations.ts";
import { spendCredits } from "./spend.ts";

export const creditsRouter = router({
  balance: workspaceProcedure
    .meta({
      permission: "billing:read",
      rest: { method: "GET", path: "/credits/balance" },
      summary: "The credits of a workspace",
    })
    .input(GetCreditBalance)
    .output(CreditBalance)
    .query(({ ctx }) => readBalance(ctx, { workspaceId: ctx.workspace.id })),

  entries: workspaceProcedure
    .meta({
      permission: "billing:read",
      rest: { method: "GET", path: "/credits/entries" },
      summary: "What came in and what went out, the newest first",
    })
    .input(ListCreditEntries)
    .output(CreditEntryPage)
    .query(({ ctx, input }) => listEntries(ctx, { workspaceId: ctx.workspace.id }, input)),

  explain: workspaceProcedure
    .meta({
      permission: "billing:read",
      rest: { method: "GET", path: "/credits/explain" },
      summary: "Which entries make the balance of a moment",
    })
    .input(ExplainCredits)
    .output(CreditExplanation)
    .query(({ ctx, input }) => explainCredits(ctx, { workspaceId: ctx.workspace.id }, input)),

  spend: workspaceProcedure
    .meta({
      permission: "usage:write",
      rest: { method: "POST", path: "/credits/spend" },
      errors: ["INSUFFICIENT_CREDITS", "IDEMPOTENCY_KEY_REUSED"],
      summary: "Spend credits, once for each idempotency key",
    })
    .input(SpendCredits)
    .output(CreditEntry)
    .mutation(({ ctx, input }) => spendCredits(ctx, input)),

  hold: workspaceProcedure
    .meta({
      permission: "usage:write",
      rest: { method: "POST", path: "/credits/hold" },
      errors: ["INSUFFICIENT_CREDITS", "IDEMPOTENCY_KEY_REUSED"],
      summary: "Set credits aside for work that may fail",
    })
    .input(HoldCredits)
    .output(CreditHold)
    .mutation(({ ctx, input }) => holdCredits(ctx, input)),

  capture: workspaceProcedure
    .meta({
      permission: "usage:write",
      rest: { method: "POST", path: "/credits/holds/{holdId}/capture" },
      errors: ["NOT_FOUND", "HOLD_EXPIRED", "IDEMPOTENCY_KEY_REUSED"],
      summary: "Spend what is held, or a part of it",
    })
    .input(CaptureCredits)
    .output(CreditHold)
    .mutation(({ ctx, input }) => captureCredits(ctx, input)),

  release: workspaceProcedure
    .meta({
      permission: "usage:write",
      rest: { method: "POST", path: "/credits/holds/{holdId}/release" },
      errors: ["NOT_FOUND", "HOLD_EXPIRED"],
      summary: "Free what is held",
    })
    .input(ReleaseCredits)
    .output(CreditHold)
    .mutation(({ ctx, input }) => releaseCredits(ctx, input)),
});

export const myCreditsRouter = router({
  balance: protectedProcedure
    .meta({
      scope: "users:read",
      rest: { method: "GET", path: "/me/credits/balance" },
      summary: "The caller's own credits",
    })
    .output(CreditBalance)
    .query(({ ctx }) => readBalance(ctx, { userId: ctx.user.id })),

  entries: protectedProcedure
    .meta({
      scope: "users:read",
      rest: { method: "GET", path: "/me/credits/entries" },
      summary: "What came in and what went out of the caller's own account, the newest first",
    })
    .input(ListMyCreditEntries)
    .output(CreditEntryPage)
    .query(({ ctx, input }) => listEntries(ctx, { userId: ctx.user.id }, input)),
});

export const adminCreditsRouter = router({
  adjust: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/credits/adjust" },
      errors: ["NOT_FOUND", "INSUFFICIENT_CREDITS", "IDEMPOTENCY_KEY_REUSED"],
      summary: "Give credits to a user or a workspace, or take them",
    })
    .input(AdjustCredits)
    .output(CreditEntry)
    .mutation(({ ctx, input }) => adjustCredits(ctx, input)),
});
