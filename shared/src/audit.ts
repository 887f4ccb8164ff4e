import { z } from "zod";
import { Id, Instant, inWorkspace } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";

const kind = z.enum(["user", "apiKey", "machine", "adminKey", "webhook", "system"]);
const json = z.record(z.string(), z.unknown()).nullable();

/** Who did what to what, when, with which credential. */
export const AuditEntry = z
  .object({
    id: Id,
    workspaceId: Id.nullable().describe("null for what concerns the whole installation"),
    action: z.string().describe("the procedure's path, or the type of the provider's event"),
    actor: z.object({
      kind,
      id: z.string().nullable().describe("a user's, a key's or a machine's id; null for an admin key"),
      name: z.string().nullable().describe("null where there is none, or where it was erased"),
      credential: z.string().nullable().describe("how the actor proved who he is"),
      onBehalfOf: z
        .string()
        .nullable()
        .describe("whom the holder of a key named as `sub`; it grants nothing"),
      impersonatorId: z.string().nullable().describe("the Clerk user id of whoever impersonated the actor"),
    }),
    target: z.object({ type: z.string(), id: z.string() }),
    before: json.describe("what the change found"),
    after: json.describe("what it left"),
    requestId: z.string().nullable(),
    createdAt: Instant,
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof AuditEntry>;

const filters = {
  action: z.string().min(1).max(200).exactOptional().describe("exactly this action"),
  actorId: z.string().min(1).max(200).exactOptional(),
  targetType: z.string().min(1).max(100).exactOptional(),
  targetId: z.string().min(1).max(200).exactOptional(),
  from: Instant.exactOptional().describe("not before this instant"),
  until: Instant.exactOptional().describe("before this instant"),
};

export const ListAuditEntries = z.strictObject({ ...inWorkspace, ...pageInput, ...filters });
export type ListAuditEntries = z.infer<typeof ListAuditEntries>;

export const ListAllAuditEntries = z.strictObject({
  workspaceId: Id.exactOptional(),
  ...pageInput,
  ...filters,
});
export type ListAllAuditEntries = z.infer<typeof ListAllAuditEntries>;

export const AuditEntryPage = pageOf(AuditEntry).meta({ id: "AuditEntryPage" });
