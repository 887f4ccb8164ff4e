import type { Subject } from "@gatehouse/shared";
import type { Prisma } from "../database/generated/client.ts";
import type { Transaction } from "../database/open.ts";
import type { ActorContext } from "./contexts.ts";

/** What was done, in the words of the audit trail. */
export interface AuditLine {
  /** The procedure's path in camelCase (`projects.update`), or the type of a provider's event. */
  action: string;
  target: { type: Subject; id: string };
  /** Null for what concerns the whole installation. */
  workspaceId: string | null;
  /** What the change found and what it left: plain JSON without secrets, names and e-mail addresses of people. */
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
}

/**
 * Writes one line of the audit trail, in the transaction of the change that it tells of: a change without its line,
 * or a line without its change, cannot be.
 */
export async function recordAudit(
  tx: Transaction,
  { actor, now, requestId }: Pick<ActorContext, "actor" | "now"> & { requestId: string | null },
  line: AuditLine,
): Promise<void> {
  const { action, target, workspaceId, before, after } = line;
  const { kind: actorKind, id: actorId, credential, impersonatorId, onBehalfOf, person } = actor;
  const at = now();
  await tx.auditEntry.create({
    data: {
      workspaceId,
      action,
      actorKind,
      actorId,
      credential,
      impersonatorId,
      onBehalfOf: onBehalfOf ?? null,
      targetType: target.type,
      targetId: target.id,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      requestId,
      createdAt: at,
    },
  });
  if (person === null) return;
  const { userId, name, email } = person;
  await tx.$executeRaw`
    INSERT INTO audit_persons (user_id, name, email, updated_at) VALUES (${userId}::uuid, ${name}, ${email}, ${at})
    ON CONFLICT (user_id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email, updated_at = EXCLUDED.updated_at
      WHERE (audit_persons.name, audit_persons.email) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.email)`;
}
