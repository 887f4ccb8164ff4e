import { Me, OwnMetadata, UpdateOwnMetadata } from "@gatehouse/shared";
import { protectedProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { myCreditsRouter } from "../credits/router.ts";
import { updateOwnMetadata } from "./metadata.ts";
import { getMe } from "./operations.ts";
import { mySessionsRouter } from "./sessions-router.ts";

export const meRouter = router({
  get: protectedProcedure
    .meta({ scope: "users:read", rest: { method: "GET", path: "/me" }, summary: "The signed-in user" })
    .output(Me)
    .query(({ ctx }) => getMe(ctx)),

  updateMetadata: protectedProcedure
    .meta({
      scope: "users:write",
      rest: { method: "POST", path: "/me/update-metadata" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Change what the user keeps about himself at Clerk (unsafe metadata)",
    })
    .input(UpdateOwnMetadata)
    .output(OwnMetadata)
    .mutation(({ ctx, input }) => updateOwnMetadata(ctx, input)),

  sessions: mySessionsRouter,
  credits: myCreditsRouter,
});
