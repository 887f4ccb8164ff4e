import {
  DeletedMe,
  DeleteMe,
  ExportOwnData,
  Me,
  OwnMetadata,
  PersonalData,
  UpdateOwnMetadata,
} from "@gatehouse/shared";
import { protectedProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { myCreditsRouter } from "../credits/router.ts";
import { deleteMe } from "./deletion.ts";
import { exportOwnData } from "./export.ts";
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

  exportData: protectedProcedure
    .meta({
      scope: "users:read",
      rest: { method: "GET", path: "/me/export-data" },
      summary: "Everything that is held about the caller",
    })
    .input(ExportOwnData)
    .output(PersonalData)
    .query(({ ctx }) => exportOwnData(ctx)),

  delete: protectedProcedure
    .meta({
      scope: "users:write",
      inPerson: true,
      rest: { method: "DELETE", path: "/me" },
      errors: ["LAST_OWNER", "PROVIDER_ERROR"],
      summary: "Delete the caller for good, at Clerk and here",
    })
    .input(DeleteMe)
    .output(DeletedMe)
    .mutation(({ ctx }) => deleteMe(ctx)),

  sessions: mySessionsRouter,
  credits: myCreditsRouter,
});
