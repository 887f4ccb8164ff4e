import { ERRORS } from "@gatehouse/shared";
import type { ErrorCode, Guard } from "@gatehouse/shared";
import type { RequestContext } from "./context.ts";
import { refusalIn } from "./errors.ts";
import { AnsweredBefore } from "./repeatable.ts";
import type { Call } from "./run-call.ts";

/** Counts a call and what became of it, and shows it as a stretch of a trace. */
export async function measured<Result>(call: Call, work: () => Promise<Result>): Promise<Result> {
  const { traces } = call.ctx.services;
  if (traces === null) return count(call, work, () => undefined);
  const shown = await traces.part(call.path, (stretch) => {
    const result = count(call, work, ({ code, principal }) => {
      stretch.note({
        "rpc.system": "trpc",
        "rpc.method": call.path,
        "gatehouse.code": code,
        "gatehouse.principal": principal,
      });
      if (code !== "OK" && ERRORS[code].status >= 500) stretch.fail();
    });
    // A refusal is no failure of ours. Thrown, it would be shown as one.
    return result.then(
      (value) => ({ value }),
      (thrown: unknown) => ({ thrown }),
    );
  });
  if ("thrown" in shown) throw shown.thrown;
  return shown.value;
}

interface Ended {
  code: ErrorCode | "OK";
  principal: string;
}

async function count<Result>(
  { ctx, path, meta }: Call,
  work: () => Promise<Result>,
  tell: (ended: Ended) => void,
): Promise<Result> {
  const started = performance.now();
  let code: Ended["code"] = "OK";
  try {
    return await work();
  } catch (error) {
    code = codeOf(error);
    throw error;
  } finally {
    const principal = await kindOfCaller(ctx, meta?.guard);
    const seconds = (performance.now() - started) / 1_000;
    ctx.services.metrics.called({ procedure: path, code, principal, seconds });
    tell({ code, principal });
  }
}

/** Who asks again under the same key is given the old answer, and that is a success. */
function codeOf(error: unknown): ErrorCode | "OK" {
  return error instanceof AnsweredBefore ? "OK" : refusalIn(error).code;
}

/** An admin key decides alone where admins are asked for, whatever else comes along. */
async function kindOfCaller({ asker }: RequestContext, guard: Guard | undefined): Promise<string> {
  // Whoever guesses too often is refused while his key is read; what he showed is a key all the same.
  const shown = guard === "admin" ? await asker.adminKey().catch(() => "wrong") : "none";
  return shown === "none" ? (await asker.principal()).kind : "adminKey";
}
