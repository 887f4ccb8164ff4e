/** What a product on top of this server is built from; docs/build-on-gatehouse.md shows it. */
export * from "@gatehouse/shared";
export { createGatehouse } from "./create-gatehouse.ts";
export type { Gatehouse, GatehouseOptions, ProductFeature } from "./create-gatehouse.ts";
export type { RunningServer } from "./start.ts";
export type { Happenings, HookTools, Hooks } from "./hooks/happenings.ts";

export {
  adminProcedure,
  protectedProcedure,
  publicProcedure,
  workspaceProcedure,
} from "./trpc/procedures.ts";
export { router } from "./trpc/router.ts";
export type { ProcedureMeta } from "./trpc/init.ts";
export type { AdminContext, PublicContext, UserContext, WorkspaceContext } from "./access/contexts.ts";

export { readEnvironment } from "./base/config.ts";
export { uuidV7Of } from "./base/uuid-v7.ts";
export { AppError } from "./base/app-error.ts";
export { recordAudit } from "./access/audit.ts";
export { requireRoom } from "./access/limits.ts";
export { inTransaction } from "./database/transaction.ts";
export { ISO_UTC } from "./database/by-hand.ts";
export type { ByHand, RawTransaction } from "./database/by-hand.ts";
export { literal, readPage, sliceOf } from "./database/paging.ts";
export type { Slice } from "./database/paging.ts";
export type { Database, Transaction } from "./database/open.ts";
export { Prisma } from "./database/generated/client.ts";

export { generateClient } from "./cli/generate/generate-client.ts";
