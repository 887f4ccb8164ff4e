import { getAuth } from "@clerk/express";
import { PrismaPg } from "@prisma/adapter-pg";
import { TRPCError, initTRPC } from "@trpc/server";
import type { CreateExpressContextOptions } from "@trpc/server/adapters/express";
import { z } from "zod";
import { PrismaClient } from "./generated/client.js";

export const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env["DATABASE_URL"]! }),
});

export const createContext = ({ req }: CreateExpressContextOptions) => ({ auth: getAuth(req), prisma });

const t = initTRPC.context<typeof createContext>().create();
export const router = t.router;

export const protectedProcedure = t.procedure.use(async ({ ctx, next }) => {
  if (ctx.auth.userId === null) throw new TRPCError({ code: "UNAUTHORIZED" });
  const user = await ctx.prisma.user.findUnique({ where: { clerkId: ctx.auth.userId } });
  if (user === null) throw new TRPCError({ code: "UNAUTHORIZED" });
  return next({ ctx: { ...ctx, user } });
});

export const workspaceProcedure = protectedProcedure
  .input(z.object({ workspaceId: z.uuid() }))
  .use(async ({ ctx, input, next }) => {
    const membership = await ctx.prisma.workspaceMember.findUnique({
      where: { workspaceId_userId: { workspaceId: input.workspaceId, userId: ctx.user.id } },
    });
    if (membership === null) throw new TRPCError({ code: "FORBIDDEN" });
    return next({ ctx: { ...ctx, membership } });
  });
