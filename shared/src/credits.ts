import { z } from "zod";
import { UserReference } from "./users.ts";
import { Id, Instant, inWorkspace, nameOf } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";

/** The most credits that one call may move. Balances stay below 2^53, which every language can hold. */
export const MOST_CREDITS = 1_000_000_000_000;

const credits = z.int().min(1).max(MOST_CREDITS);
const reason = nameOf(500).describe("why, in words that the people of the workspace will read");

/** Makes a repeated call harmless: the same key with the same input gives the same answer, and happens once. */
export const IdempotencyKey = z.string().min(1).max(200);

export const CreditBalance = z
  .object({
    balance: z.int().describe("the sum of all entries"),
    held: z.int().describe("the part of it that open holds keep"),
    available: z.int().describe("what can be spent now"),
    owed: z.int().describe("what refunds could not take back; the next credits that come in pay it first"),
  })
  .meta({ id: "CreditBalance" });
export type CreditBalance = z.infer<typeof CreditBalance>;

export const CreditEntry = z
  .object({
    id: Id,
    amount: z.int().describe("signed: what came in is above zero, what went out below"),
    balanceAfter: z.int(),
    reason: z.string(),
    source: z.enum(["purchase", "refund", "dispute", "adjustment", "spend", "settlement"]),
    createdAt: Instant,
  })
  .meta({ id: "CreditEntry" });
export type CreditEntry = z.infer<typeof CreditEntry>;
export type CreditSource = CreditEntry["source"];

export const CreditEntryPage = pageOf(CreditEntry).meta({ id: "CreditEntryPage" });

export const CreditHold = z
  .object({
    id: Id,
    credits: z.int(),
    captured: z.int().describe("how many of them were spent in the end"),
    state: z.enum(["open", "captured", "released", "lapsed"]),
    reason: z.string(),
    expiresAt: Instant,
    createdAt: Instant,
  })
  .meta({ id: "CreditHold" });
export type CreditHold = z.infer<typeof CreditHold>;

/** Which entries make the balance of a moment: the newest of them first, and what lies before this page in one sum. */
export const CreditExplanation = z
  .object({
    at: Instant,
    balance: z.int().describe("the balance of that moment"),
    entryCount: z.int().describe("how many entries make it"),
    items: z.array(CreditEntry),
    before: z.int().describe("the sum of the entries older than these"),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "CreditExplanation" });
export type CreditExplanation = z.infer<typeof CreditExplanation>;

export const GetCreditBalance = z.strictObject(inWorkspace);
export type GetCreditBalance = z.infer<typeof GetCreditBalance>;

export const ListCreditEntries = z.strictObject({ ...inWorkspace, ...pageInput });
export type ListCreditEntries = z.infer<typeof ListCreditEntries>;

export const ListMyCreditEntries = z.strictObject(pageInput);
export type ListMyCreditEntries = z.infer<typeof ListMyCreditEntries>;

export const ExplainCredits = z.strictObject({
  ...inWorkspace,
  ...pageInput,
  at: Instant.exactOptional().describe("now, where it is left out"),
});
export type ExplainCredits = z.infer<typeof ExplainCredits>;

export const SpendCredits = z.strictObject({
  ...inWorkspace,
  credits,
  reason,
  idempotencyKey: IdempotencyKey,
});
export type SpendCredits = z.infer<typeof SpendCredits>;

export const HoldCredits = z.strictObject({
  ...inWorkspace,
  credits,
  reason,
  idempotencyKey: IdempotencyKey,
  expiresInSeconds: z
    .int()
    .min(1)
    .max(7 * 86_400)
    .default(900)
    .describe("after this time the hold lapses by itself"),
});
export type HoldCredits = z.infer<typeof HoldCredits>;

export const CaptureCredits = z.strictObject({
  ...inWorkspace,
  holdId: Id,
  credits: credits.exactOptional().describe("all that is held, where it is left out; the rest is free again"),
});
export type CaptureCredits = z.infer<typeof CaptureCredits>;

export const ReleaseCredits = z.strictObject({ ...inWorkspace, holdId: Id });
export type ReleaseCredits = z.infer<typeof ReleaseCredits>;

export const AdjustCredits = z
  .strictObject({
    userId: UserReference.exactOptional(),
    workspaceId: Id.exactOptional(),
    credits: z
      .int()
      .min(-MOST_CREDITS)
      .max(MOST_CREDITS)
      .refine((value) => value !== 0, "Nothing to adjust")
      .describe("signed: above zero gives, below zero takes, and never more than is available"),
    reason,
    idempotencyKey: IdempotencyKey.exactOptional(),
  })
  .refine(({ userId, workspaceId }) => (userId === undefined) !== (workspaceId === undefined), {
    path: ["userId"],
    message: "Name a user or a workspace, and not both",
  })
  .meta({ examples: [{ userId: 42, credits: 100, reason: "Support ticket #1234" }] });
export type AdjustCredits = z.infer<typeof AdjustCredits>;
