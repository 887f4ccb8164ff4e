import { AuditEntryPage, ListAllAuditEntries, ListAuditEntries } from "@gatehouse/shared";
import { adminProcedure, workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { listAllAuditEntries, listAuditEntries } from "./operations.ts";

export const auditRouter = router({
  list: workspaceProcedure
    .meta({
      permission: "audit:read",
      feature: "auditTrail",
      rest: { method: "GET", path: "/audit" },
      errors: ["TIER_REQUIRED"],
      summary: "Who did what in a workspace, the newest first",
    })
    .input(ListAuditEntries)
    .output(AuditEntryPage)
    .query(({ ctx, input }) => listAuditEntries(ctx, input)),
});

export const adminAuditRouter = router({
  list: adminProcedure
    .meta({
      rest: { method: "GET", path: "/admin/audit" },
      summary: "Who did what in the whole installation, the newest first",
    })
    .input(ListAllAuditEntries)
    .output(AuditEntryPage)
    .query(({ ctx, input }) => listAllAuditEntries(ctx, input)),
});
