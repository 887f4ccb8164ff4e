import { z } from "zod";
import { IdempotencyKey, MOST_CREDITS } from "./credits.ts";
import { Id, Instant, inWorkspace } from "./fields.ts";

/** What the server itself counts: the meter `calls.projects.create` are the calls of that procedure. */
export const CALLS = "calls.";

/** What is counted: lower case words, with dots, dashes and underscores between them. */
const meter = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9]*([._-][a-z0-9]+)*$/, "Lower case words with . _ or - between them");

const anyMeter = z.string().min(1).max(200);
const day = z.iso.date().describe("a day in UTC, such as 2026-01-31");
const span = {
  from: day.exactOptional().describe("the first day; 29 days before the last one where it is left out"),
  to: day.exactOptional().describe("the last day; today where it is left out"),
};

export const RecordUsage = z.strictObject({
  ...inWorkspace,
  meter: meter.refine((name) => !name.startsWith(CALLS), "The meters of calls are counted by the server"),
  quantity: z.int().min(1).max(MOST_CREDITS),
  idempotencyKey: IdempotencyKey,
});
export type RecordUsage = z.infer<typeof RecordUsage>;

export const UsageRecord = z
  .object({ id: Id, meter: z.string(), quantity: z.int(), createdAt: Instant })
  .meta({ id: "UsageRecord" });
export type UsageRecord = z.infer<typeof UsageRecord>;

export const SummarizeUsage = z.strictObject({ ...inWorkspace, ...span });
export type SummarizeUsage = z.infer<typeof SummarizeUsage>;

export const UsageSummary = z
  .object({
    from: day,
    to: day,
    items: z.array(
      z.object({
        meter: z.string(),
        apiKeyId: Id.nullable().describe("the API key that was used; null for people and machines"),
        quantity: z.int(),
      }),
    ),
  })
  .meta({ id: "UsageSummary" });
export type UsageSummary = z.infer<typeof UsageSummary>;

export const ReadUsageSeries = z.strictObject({
  ...inWorkspace,
  ...span,
  meter: anyMeter.exactOptional().describe("only this one"),
  apiKeyId: Id.exactOptional().describe("only what was used with this API key"),
});
export type ReadUsageSeries = z.infer<typeof ReadUsageSeries>;

/** Day by day; a day without any use of a meter is left out. */
export const UsageSeries = z
  .object({
    from: day,
    to: day,
    items: z.array(z.object({ day, meter: z.string(), quantity: z.int() })),
  })
  .meta({ id: "UsageSeries" });
export type UsageSeries = z.infer<typeof UsageSeries>;
