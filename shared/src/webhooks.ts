import { z } from "zod";
import { Instant } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";

const provider = z.enum(["clerk", "stripe", "paypal"]);
const outcome = z
  .enum(["applied", "ignored", "review", "failed"])
  .describe("ignored: it means nothing here, or came too late; review: it waits for a person");

/** A message that a provider sent. */
export const WebhookEvent = z
  .object({
    provider,
    id: z.string().describe("the provider's id of the message"),
    type: z.string(),
    outcome,
    attempts: z.int(),
    lastError: z.string().nullable().describe("the kind of the last failure"),
    review: z.string().nullable().describe("why a person should look at it"),
    details: z.unknown().describe("ids and amounts that lead to the matter at the provider"),
    canReplay: z.boolean().describe("what its handler reads is kept, here or at the provider"),
    receivedAt: Instant,
    lastAt: Instant.describe("when it last came or was run"),
    appliedAt: Instant.nullable(),
  })
  .meta({ id: "WebhookEvent" });
export type WebhookEvent = z.infer<typeof WebhookEvent>;

export const WebhookEventPage = pageOf(WebhookEvent).meta({ id: "WebhookEventPage" });

export const ListWebhookEvents = z.strictObject({
  ...pageInput,
  provider: provider.exactOptional(),
  outcome: outcome.exactOptional(),
});
export type ListWebhookEvents = z.infer<typeof ListWebhookEvents>;

const oneEvent = { provider, id: z.string().min(1).max(200) };

export const GetWebhookEvent = z.strictObject(oneEvent);
export type GetWebhookEvent = z.infer<typeof GetWebhookEvent>;

export const ReplayWebhookEvent = z.strictObject(oneEvent);
export type ReplayWebhookEvent = z.infer<typeof ReplayWebhookEvent>;
