import { recordAudit } from "../../access/audit.ts";
import type { WorkspaceContext } from "../../access/contexts.ts";
import type { Transaction } from "../../database/open.ts";
import { factsOf } from "./rows.ts";

interface Change {
  action: "create" | "update" | "rotate" | "revoke";
  before?: Parameters<typeof factsOf>[0];
  after: Parameters<typeof factsOf>[0];
}

/** Notes what became of a key, without its secrets. */
export async function auditKey(
  tx: Transaction,
  ctx: Pick<WorkspaceContext, "actor" | "now" | "requestId"> & { workspace: { id: string } },
  { action, before, after }: Change,
): Promise<void> {
  await recordAudit(tx, ctx, {
    action: `apiKeys.${action}`,
    target: { type: "apiKey", id: after.id },
    workspaceId: ctx.workspace.id,
    ...(before === undefined ? {} : { before: factsOf(before) }),
    after: factsOf(after),
  });
}
