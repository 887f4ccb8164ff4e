import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../base/app-error.ts";
import { Prisma } from "../database/generated/client.ts";
import type { PublicContext } from "./contexts.ts";
import { fingerprintOf, refuseOtherInput } from "./idempotency.ts";

/** A call that its caller may repeat. */
export interface RepeatableCall {
  /** Who asks, as `user:…` or `key:…`: the keys of others are other keys. */
  caller: string;
  /** The procedure's path. */
  procedure: string;
  key: string;
  input: unknown;
}

const ANSWER_LIVES_MS = 24 * 3_600_000;
/** A call that takes longer is taken for dead, and the next one with its key runs. */
const LEASE_MS = 30_000;
const LOOK_AGAIN_MS = 100;

/**
 * Answers a call and remembers the answer for a day: the same key with the same input gets it again, and the work is
 * not done again. Calls at the same time wait for the first. A refusal is not remembered, so that a caller may try
 * again.
 *
 * A server that dies between the work and the note of its answer leaves the work done and the key free after half a
 * minute: what must never happen twice has a key of its own in what it writes, as the ledger has. The answer is stored
 * in the clear, so this is not for answers that hold a secret.
 *
 * @param work answers plain JSON
 * @throws AppError IDEMPOTENCY_KEY_REUSED; UNAVAILABLE where the first call takes too long; whatever the work throws
 */
export async function answerOnce<Answer extends object>(
  { db, now }: Pick<PublicContext, "db" | "now">,
  call: RepeatableCall,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { caller, procedure, key } = call;
  const fingerprint = fingerprintOf(call.input);
  const record = { caller_procedure_key: { caller, procedure, key } };
  const giveUpAt = now().getTime() + LEASE_MS;
  while (!(await take())) {
    const earlier = await db.idempotencyRecord.findUnique({ where: record });
    const answer = earlier?.answer ?? null;
    if (earlier !== null) refuseOtherInput(earlier, fingerprint);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this very procedure stored it
    if (answer !== null) return answer as Answer;
    if (now().getTime() > giveUpAt) throw new AppError("UNAVAILABLE", { retryAfterSeconds: 1 });
    await sleep(LOOK_AGAIN_MS);
  }
  try {
    const answer = await work();
    const expiresAt = new Date(now().getTime() + ANSWER_LIVES_MS);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an answer is what goes out as JSON
    await db.idempotencyRecord.update({
      where: record,
      data: { answer: answer as Prisma.InputJsonObject, expiresAt },
    });
    return answer;
  } catch (error) {
    await db.idempotencyRecord.deleteMany({
      where: { caller, procedure, key, answer: { equals: Prisma.AnyNull } },
    });
    throw error;
  }

  /** Takes the key: a new one, one whose answer has expired, or one whose server has died. */
  async function take(): Promise<boolean> {
    const at = now();
    const leaseUntil = new Date(at.getTime() + LEASE_MS);
    const taken = await db.$executeRaw`
      INSERT INTO idempotency_records AS r (caller, procedure, key, fingerprint, expires_at)
      VALUES (${caller}, ${procedure}, ${key}, ${fingerprint}, ${leaseUntil})
      ON CONFLICT (caller, procedure, key) DO UPDATE
        SET fingerprint = EXCLUDED.fingerprint, answer = NULL, expires_at = EXCLUDED.expires_at
        WHERE r.expires_at <= ${at}`;
    return taken === 1;
  }
}
