import {
  ReadUsageSeries,
  RecordUsage,
  SummarizeUsage,
  UsageRecord,
  UsageSeries,
  UsageSummary,
} from "@gatehouse/shared";
import { workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { readUsageSeries, recordUsage, summarizeUsage } from "./operations.ts";

export const usageRouter = router({
  record: workspaceProcedure
    .meta({
      permission: "usage:write",
      rest: { method: "POST", path: "/usage/record" },
      errors: ["IDEMPOTENCY_KEY_REUSED"],
      summary: "Note that something was used, once for each idempotency key",
    })
    .input(RecordUsage)
    .output(UsageRecord)
    .mutation(({ ctx, input }) => recordUsage(ctx, input)),

  summary: workspaceProcedure
    .meta({
      permission: "usage:read",
      rest: { method: "GET", path: "/usage/summary" },
      summary: "What was used in a span of days, by meter and API key",
    })
    .input(SummarizeUsage)
    .output(UsageSummary)
    .query(({ ctx, input }) => summarizeUsage(ctx, input)),

  series: workspaceProcedure
    .meta({
      permission: "usage:read",
      feature: "usageSeries",
      rest: { method: "GET", path: "/usage/series" },
      errors: ["TIER_REQUIRED", "NOT_FOUND"],
      summary: "What was used day by day",
    })
    .input(ReadUsageSeries)
    .output(UsageSeries)
    .query(({ ctx, input }) => readUsageSeries(ctx, input)),
});
