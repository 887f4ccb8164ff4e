import type { Subject } from "@gatehouse/shared";
import { uuidV7Of } from "../base/uuid-v7.ts";
import { Prisma } from "../database/generated/client.ts";
import type { RawTransaction } from "../database/by-hand.ts";
import type { Actor, ActorContext } from "./contexts.ts";

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
  tx: RawTransaction,
  { actor, now, requestId }: Pick<ActorContext, "actor" | "now"> & { requestId: string | null },
  line: AuditLine,
): Promise<void> {
  const { action, target, workspaceId, before, after } = line;
  const { kind, id: actorId, credential, impersonatorId, onBehalfOf, person } = actor;
  const at = now();
  await tx.$executeRaw`
    WITH ${person === null ? NOBODY : rememberPerson(person, at)}
    INSERT INTO audit_entries (id, workspace_id, action, actor_kind, actor_id, credential, impersonator_id, on_behalf_of,
      target_type, target_id, before, after, request_id, created_at)
    VALUES (${uuidV7Of(at)}::uuid, ${workspaceId}::uuid, ${action}, ${kind}::audit_actor, ${actorId}, ${credential},
      ${impersonatorId}, ${onBehalfOf ?? null}, ${target.type}, ${target.id}, ${jsonOf(before)}::jsonb,
      ${jsonOf(after)}::jsonb, ${requestId}, ${at})`;
}

const NOBODY = Prisma.sql`nobody AS (SELECT 1)`;

/** Only where he is new or is called otherwise now: an upsert would hold his row, and all that he does at once wait for it. */
function rememberPerson({ userId, name, email }: NonNullable<Actor["person"]>, at: Date): Prisma.Sql {
  return Prisma.sql`person AS (
    INSERT INTO audit_persons (user_id, name, email, updated_at)
    SELECT ${userId}::uuid, ${name}::text, ${email}::text, ${at}::timestamptz
    WHERE NOT EXISTS (
      SELECT FROM audit_persons p
      WHERE p.user_id = ${userId}::uuid AND (p.name, p.email) IS NOT DISTINCT FROM (${name}::text, ${email}::text))
    ON CONFLICT (user_id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email, updated_at = EXCLUDED.updated_at)`;
}

function jsonOf(value: Prisma.InputJsonObject | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
