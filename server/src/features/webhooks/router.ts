import {
  GetWebhookEvent,
  ListWebhookEvents,
  ReplayWebhookEvent,
  WebhookEvent,
  WebhookEventPage,
} from "@gatehouse/shared";
import type { AdminContext } from "../../access/contexts.ts";
import type { Services } from "../../services.ts";
import { adminProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { getWebhookEvent, listWebhookEvents } from "./operations.ts";
import { replayWebhookEvent } from "./replay.ts";
import type { InboxContext } from "./rerun.ts";

export const adminWebhooksRouter = router({
  list: adminProcedure
    .meta({
      rest: { method: "GET", path: "/admin/webhooks" },
      summary:
        "What providers sent, the newest first: what became of it, how often it came, and why it failed",
    })
    .input(ListWebhookEvents)
    .output(WebhookEventPage)
    .query(({ ctx, input }) => listWebhookEvents(inbox(ctx), input)),

  get: adminProcedure
    .meta({
      rest: { method: "GET", path: "/admin/webhooks/{provider}/{id}" },
      errors: ["NOT_FOUND"],
      summary: "One event of a provider",
    })
    .input(GetWebhookEvent)
    .output(WebhookEvent)
    .query(({ ctx, input }) => getWebhookEvent(inbox(ctx), input)),

  replay: adminProcedure
    .meta({
      rest: { method: "POST", path: "/admin/webhooks/{provider}/{id}/replay" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Run an event again; newer events are not undone by it, and nothing is granted twice",
    })
    .input(ReplayWebhookEvent)
    .output(WebhookEvent)
    .mutation(({ ctx, input }) => replayWebhookEvent(inbox(ctx), input)),
});

function inbox(ctx: AdminContext & { services: Pick<Services, "shop"> }): InboxContext {
  return { ...ctx, shop: ctx.services.shop };
}
