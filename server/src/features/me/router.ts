import { Me } from "@gatehouse/shared";
import { protectedProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { myCreditsRouter } from "../credits/router.ts";
import { getMe } from "./operations.ts";

export const meRouter = router({
  get: protectedProcedure
    .meta({ rest: { method: "GET", path: "/me" }, summary: "The signed-in user" })
    .output(Me)
    .query(({ ctx }) => getMe(ctx)),

  credits: myCreditsRouter,
});
