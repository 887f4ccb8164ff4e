import { z } from "zod";
import { Instant, inWorkspace } from "./fields.ts";

const change = {
  action: z
    .string()
    .describe("the procedure's path, such as `projects.update`, or the type of Clerk's event"),
  subject: z.object({ type: z.string(), id: z.string() }).describe("what was changed"),
  createdAt: Instant,
};

/** One piece of what is told of a workspace. */
export const WorkspaceEvent = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("ready") }).describe("from here on nothing is missed"),
    z.object({ kind: z.literal("reset") }).describe("something was missed: read again what you show"),
    z.object({ kind: z.literal("changed"), ...change }),
  ])
  .meta({ id: "WorkspaceEvent" });
export type WorkspaceEvent = z.infer<typeof WorkspaceEvent>;

export const SubscribeToEvents = z.strictObject({
  ...inWorkspace,
  lastEventId: z
    .string()
    .regex(/^\d{1,18}$/)
    .exactOptional()
    .describe("the id of the last event that was heard; without it, what happens from now on"),
});
export type SubscribeToEvents = z.infer<typeof SubscribeToEvents>;
