import { COMMON_ERRORS, GUARD_ERRORS } from "@gatehouse/shared";
import type { ErrorCode } from "@gatehouse/shared";
import { getTRPCErrorFromUnknown } from "@trpc/server";
import type { TRPCError } from "@trpc/server";
import { AppError } from "../base/app-error.ts";
import { hasSenderLeft } from "../base/sender-left.ts";
import type { Soon } from "../base/soon.ts";
import type { RequestContext } from "./context.ts";
import { carried, refusalIn } from "./errors.ts";
import type { ProcedureMeta } from "./init.ts";
import { measured } from "./measured.ts";
import { repeatably } from "./repeatable.ts";
import { findUnstorable } from "./stored-text.ts";

/** One call, as tRPC hands it to a middleware. */
export interface Call {
  ctx: RequestContext;
  path: string;
  type: "query" | "mutation" | "subscription";
  meta: ProcedureMeta | undefined;
  getRawInput: () => Promise<unknown>;
}

/** What tRPC's `next` is given: what the guard hands on, and the input as it was looked at. */
export interface HandedOn<Entered> {
  ctx: Entered;
  getRawInput: () => Promise<unknown>;
}

/** What tRPC's `next` answers. */
export type Outcome = { ok: true; data: unknown } | { ok: false; error: TRPCError };

/**
 * What every call goes through: it is counted, is taken on or turned away, takes from its caller's quota, and is let in by
 * its guard. Only then is its input looked at, so that a stranger learns nothing from a bad one. Whoever repeats himself
 * under a key is given the old answer. The rest is the procedure's own: its schemas and its operation.
 *
 * All of it is one middleware, because tRPC copies a call for each of them.
 *
 * @param enter the guard: hands on the context of its name, or throws
 */
export async function runCall<Entered, Result extends Outcome>(
  call: Call,
  enter: (call: Call) => Soon<Entered>,
  next: (on: HandedOn<Entered>) => Promise<Result>,
): Promise<Result> {
  const { ctx } = call;
  const { pressure } = ctx.services;
  return measured(call, () =>
    pressure.bear(async () => {
      try {
        await ctx.rate.take();
        const getRawInput = () => pressure.aside(() => call.getRawInput().catch(whoLeft));
        const { path, type, meta } = call;
        const entered = await enter({ ctx, path, type, meta, getRawInput });
        const input = storable(await getRawInput());
        const on = { ctx: entered, getRawInput: () => Promise.resolve(input) };
        return await repeatably(call, input, async () => orThrow(await next(on)));
      } catch (error) {
        watchForUndeclared(refusalIn(error), call);
        throw carried(error);
      }
    }),
  );
}

function orThrow<Result extends Outcome>(result: Result): Result {
  if (!result.ok) throw result.error;
  return result;
}

/** A sender who left in the middle has sent no input; nothing of ours has failed. */
function whoLeft(error: unknown): never {
  const { cause } = getTRPCErrorFromUnknown(error);
  throw hasSenderLeft(cause) ? new AppError("VALIDATION_FAILED", { cause }) : error;
}

/** An input that may be left out is `{}`, and nothing unstorable passes. */
function storable(raw: unknown): unknown {
  const input = raw ?? {};
  const flaw = findUnstorable(input);
  if (flaw !== null) throw new AppError("VALIDATION_FAILED", { fields: [flaw] });
  return input;
}

/** A code that a procedure answers without having said so would surprise the clients that are typed from its words. */
function watchForUndeclared({ code }: AppError, { ctx, path, meta }: Call): void {
  const declared: readonly ErrorCode[] = [
    ...COMMON_ERRORS,
    ...GUARD_ERRORS[meta?.guard ?? "public"],
    ...(meta?.errors ?? []),
    ...(ctx.repeatKey === null ? [] : (["IDEMPOTENCY_KEY_REUSED"] as const)),
  ];
  if (!declared.includes(code))
    ctx.services.log.error(
      { path, code, requestId: ctx.requestId },
      "a procedure answered a code that it does not declare",
    );
}
