import { SubscribeToEvents, WorkspaceEvent } from "@gatehouse/shared";
import { workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { stream } from "../../trpc/stream.ts";
import { watchWorkspace } from "./operations.ts";

export const eventsRouter = router({
  subscribe: workspaceProcedure
    .meta({
      permission: "workspace:read",
      yields: WorkspaceEvent,
      summary: "Hear what changes in the workspace, as far as the caller may see it",
    })
    .input(SubscribeToEvents)
    .subscription(({ ctx, input, signal }) =>
      stream(ctx, signal, (over) =>
        watchWorkspace({ ...ctx, changes: ctx.services.database.changes }, input, over),
      ),
    ),
});
