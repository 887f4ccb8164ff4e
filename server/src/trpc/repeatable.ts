import { answerOnce } from "../access/answer-once.ts";
import type { Principal } from "../identity/principal.ts";
import type { RequestContext } from "./context.ts";
import type { ProcedureMeta } from "./init.ts";
import type { Call, Outcome } from "./run-call.ts";

/** Thrown instead of doing the work again: the call was answered before, with this. */
export class AnsweredBefore extends Error {
  readonly answer: object;

  constructor(answer: object) {
    super("answered before");
    this.answer = answer;
  }
}

/**
 * Does the work of a call once for each key that its caller gives it, and remembers the answer for a day. It stands
 * behind the guard: who has lost his rights is refused before anybody looks for his answer.
 */
export async function repeatably<Result extends Outcome>(
  { ctx, path, type, meta }: Call,
  input: unknown,
  work: () => Promise<Result>,
): Promise<Result> {
  const { repeatKey: key, services } = ctx;
  const caller = key === null || type !== "mutation" ? null : await callerOf(ctx, meta);
  if (key === null || caller === null) return work();
  const call = { caller, procedure: path, key, input };
  let done: Result | undefined;
  const answer = await answerOnce({ db: services.database.db, now: services.now }, call, async () => {
    done = await work();
    return asObject("data" in done ? done.data : undefined);
  });
  if (done !== undefined) return done;
  throw new AnsweredBefore(answer);
}

/**
 * Keys of others are other keys. Null for whoever is nobody: his call is answered as it comes.
 *
 * An admin key names the caller where it is what the guard has looked at. Elsewhere anybody can send any, and would
 * be given the answers of everybody else who does.
 */
async function callerOf({ asker }: RequestContext, meta: ProcedureMeta | undefined): Promise<string | null> {
  const isByKey = meta?.guard === "admin" && (await asker.adminKey()) !== "none";
  return isByKey ? "adminKey" : nameOf(await asker.principal());
}

function nameOf(principal: Principal): string | null {
  switch (principal.kind) {
    case "anonymous":
    case "rejected":
      return null;
    case "user":
      return `user:${principal.clerkId}`;
    case "apiKey":
    case "organization":
      return `${principal.kind}:${principal.keyId}`;
    case "machine":
      return `machine:${principal.machineId}`;
  }
}

function asObject(answer: unknown): object {
  if (typeof answer === "object" && answer !== null) return answer;
  throw new Error("an answer that is no object cannot be kept");
}
