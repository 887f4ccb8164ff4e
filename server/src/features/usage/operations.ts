import type {
  ReadUsageSeries,
  RecordUsage,
  SummarizeUsage,
  UsageRecord,
  UsageSeries,
  UsageSummary,
} from "@gatehouse/shared";
import type { WorkspaceContext } from "../../access/contexts.ts";
import { fingerprintOf, refuseOtherInput } from "../../access/idempotency.ts";
import { AppError } from "../../base/app-error.ts";
import { DAY_MS } from "../../base/instants.ts";
import { inTransaction } from "../../database/transaction.ts";

/**
 * Notes that something was used, once for each key: the event and the sum of its day together.
 *
 * @throws AppError IDEMPOTENCY_KEY_REUSED
 */
export async function recordUsage(
  { db, now, workspace, principal }: WorkspaceContext,
  { meter, quantity, idempotencyKey }: RecordUsage,
): Promise<UsageRecord> {
  const createdAt = now();
  const workspaceId = workspace.id;
  const keyId = principal.kind === "apiKey" ? principal.keyId : "";
  const fingerprint = fingerprintOf({ meter, quantity });
  const event = { workspaceId, meter, quantity, keyId, idempotencyKey, fingerprint, createdAt };
  const { id, createdAt: at } = await inTransaction(db, async (tx) => {
    const [noted] = await tx.usageEvent.createManyAndReturn({ data: [event], skipDuplicates: true });
    if (noted !== undefined) {
      await tx.$executeRaw`
        INSERT INTO usage_days (workspace_id, day, meter, key_id, quantity)
        VALUES (${workspaceId}::uuid, ${dayOf(createdAt)}::date, ${meter}, ${keyId}, ${quantity})
        ON CONFLICT (workspace_id, day, meter, key_id) DO UPDATE SET quantity = usage_days.quantity + EXCLUDED.quantity`;
      return noted;
    }
    const earlier = await tx.usageEvent.findUniqueOrThrow({
      where: { workspaceId_idempotencyKey: { workspaceId, idempotencyKey } },
    });
    refuseOtherInput(earlier, fingerprint);
    return earlier;
  });
  return { id, meter, quantity, createdAt: at.toISOString() };
}

/** What was used in a span of days, by meter and API key, the most first. */
export async function summarizeUsage(
  { db, now, workspace }: WorkspaceContext,
  input: SummarizeUsage,
): Promise<UsageSummary> {
  const { from, to, days } = spanOf(input, now());
  const sums = await db.usageDay.groupBy({
    by: ["meter", "keyId"],
    where: { workspaceId: workspace.id, day: days },
    _sum: { quantity: true },
    orderBy: [{ _sum: { quantity: "desc" } }, { meter: "asc" }, { keyId: "asc" }],
  });
  const items = sums.map((row) => ({
    meter: row.meter,
    apiKeyId: row.keyId === "" ? null : row.keyId,
    quantity: totalOf(row),
  }));
  return { from, to, items };
}

/**
 * What was used day by day.
 *
 * @throws AppError NOT_FOUND for an API key that is not the workspace's
 */
export async function readUsageSeries(
  { db, now, workspace }: WorkspaceContext,
  input: ReadUsageSeries,
): Promise<UsageSeries> {
  const { from, to, days } = spanOf(input, now());
  const { meter, apiKeyId } = input;
  const workspaceId = workspace.id;
  if (apiKeyId !== undefined && (await db.apiKey.count({ where: { id: apiKeyId, workspaceId } })) === 0)
    throw new AppError("NOT_FOUND");
  const sums = await db.usageDay.groupBy({
    by: ["day", "meter"],
    where: {
      workspaceId,
      day: days,
      ...(meter === undefined ? {} : { meter }),
      ...(apiKeyId === undefined ? {} : { keyId: apiKeyId }),
    },
    _sum: { quantity: true },
    orderBy: [{ day: "asc" }, { meter: "asc" }],
  });
  const items = sums.map((row) => ({
    day: dayOf(row.day),
    meter: row.meter,
    quantity: totalOf(row),
  }));
  return { from, to, items };
}

function totalOf({ _sum: sum }: { _sum: { quantity: bigint | null } }): number {
  return Number(sum.quantity ?? 0n);
}

const USUAL_DAYS = 30;
const MOST_DAYS = 366;

interface Span {
  from: string;
  to: string;
  days: { gte: Date; lte: Date };
}

function spanOf(input: { from?: string; to?: string }, now: Date): Span {
  const to = input.to ?? dayOf(now);
  const from = input.from ?? dayOf(new Date(Date.parse(to) - (USUAL_DAYS - 1) * DAY_MS));
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (length < 1 || length > MOST_DAYS)
    throw new AppError("VALIDATION_FAILED", {
      fields: [{ path: "from", message: `Expected 1 to ${MOST_DAYS} days up to ${to}` }],
    });
  return { from, to, days: { gte: new Date(from), lte: new Date(to) } };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
