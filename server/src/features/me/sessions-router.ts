import { ListSessions, RevokedSessions, RevokeSessions, SessionPage } from "@gatehouse/shared";
import { protectedProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { listSessions, revokeSessions } from "./session-operations.ts";

export const mySessionsRouter = router({
  list: protectedProcedure
    .meta({
      inPerson: true,
      scope: "sessions:read",
      rest: { method: "GET", path: "/me/sessions" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Where the user is signed in, the newest first",
    })
    .input(ListSessions)
    .output(SessionPage)
    .query(({ ctx, input }) => listSessions(ctx, input)),

  revoke: protectedProcedure
    .meta({
      inPerson: true,
      scope: "sessions:write",
      rest: { method: "POST", path: "/me/sessions/revoke" },
      errors: ["NOT_FOUND", "PROVIDER_ERROR"],
      summary: "Sign one of the user's devices out, or all but this one",
    })
    .input(RevokeSessions)
    .output(RevokedSessions)
    .mutation(({ ctx, input }) => revokeSessions(ctx, input)),
});
