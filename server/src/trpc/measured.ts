import { ERRORS } from "@gatehouse/shared";
import type { ErrorCode, Guard } from "@gatehouse/shared";
import type { RequestContext } from "./context.ts";
import { toAppError } from "./errors.ts";
import { t } from "./init.ts";
import { AnsweredBefore } from "./repeatable.ts";

/** Counts a call and what became of it. It stands before everything else, so that refusals are counted, too. */
export const measured = t.middleware(async ({ ctx, path, meta, next }) => {
  const { metrics, traces } = ctx.services;
  const run = async () => {
    const started = performance.now();
    const result = await next();
    const call = {
      procedure: path,
      code: result.ok ? "OK" : codeOf(result.error),
      principal: await kindOfCaller(ctx, meta?.guard),
      seconds: (performance.now() - started) / 1_000,
    };
    metrics.called(call);
    return { result, call };
  };
  if (traces === null) return (await run()).result;
  return traces.part(path, async (stretch) => {
    const { result, call } = await run();
    stretch.note({
      "rpc.system": "trpc",
      "rpc.method": path,
      "gatehouse.code": call.code,
      "gatehouse.principal": call.principal,
    });
    if (call.code !== "OK" && ERRORS[call.code].status >= 500) stretch.fail();
    return result;
  });
});

/** Who asks again under the same key is given the old answer, and that is a success. */
function codeOf(error: Parameters<typeof toAppError>[0]): ErrorCode | "OK" {
  return error.cause instanceof AnsweredBefore ? "OK" : toAppError(error).code;
}

/** An admin key decides alone where admins are asked for, whatever else comes along. */
async function kindOfCaller({ asker }: RequestContext, guard: Guard | undefined): Promise<string> {
  // Whoever guesses too often is refused while his key is read; what he showed is a key all the same.
  const shown = guard === "admin" ? await asker.adminKey().catch(() => "wrong") : "none";
  return shown === "none" ? (await asker.principal()).kind : "adminKey";
}
