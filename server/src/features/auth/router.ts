import { Whoami } from "@gatehouse/shared";
import { publicProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { whoami } from "./operations.ts";

export const authRouter = router({
  whoami: publicProcedure
    .meta({
      rest: { method: "GET", path: "/auth/whoami" },
      summary: "Who the server takes the caller for, and precisely why a credential is refused",
    })
    .output(Whoami)
    .query(async ({ ctx }) => whoami(await ctx.asker.principal(), ctx.asker.user)),
});
