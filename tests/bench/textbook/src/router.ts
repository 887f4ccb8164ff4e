import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { protectedProcedure, router, workspaceProcedure } from "./trpc.js";

export const appRouter = router({
  me: router({
    get: protectedProcedure.query(({ ctx }) => ctx.user),
  }),
  projects: router({
    list: workspaceProcedure
      .input(z.object({ limit: z.number().int().min(1).max(100).default(20) }))
      .query(({ ctx, input }) =>
        ctx.prisma.project.findMany({
          where: { workspaceId: input.workspaceId },
          orderBy: { id: "desc" },
          take: input.limit,
        }),
      ),
    get: workspaceProcedure.input(z.object({ projectId: z.uuid() })).query(async ({ ctx, input }) => {
      const project = await ctx.prisma.project.findFirst({
        where: { id: input.projectId, workspaceId: input.workspaceId },
      });
      if (project === null) throw new TRPCError({ code: "NOT_FOUND" });
      return project;
    }),
    create: workspaceProcedure
      .input(z.object({ name: z.string().min(1).max(200) }))
      .mutation(({ ctx, input }) =>
        ctx.prisma.project.create({ data: { workspaceId: input.workspaceId, name: input.name } }),
      ),
  }),
});
