import type { Context, MiddlewareHandler } from "hono";
import { z } from "zod";
import { errorBody } from "./errors.ts";
import { json } from "./http.ts";

/** One call, as tests ask for it: to count key set fetches, for instance. Never a credential. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: string;
  status: number;
}

export const Fault = z.strictObject({
  /** Exact, or with `*` at its end everything that begins so. */
  path: z.string(),
  method: z.string().optional(),
  status: z.number().int().min(200).max(599).optional(),
  code: z.string().optional(),
  /** Seconds for the Retry-After header. */
  retryAfter: z.number().optional(),
  delayMs: z.number().optional(),
  /** Never answers, until the caller gives up or this server closes. */
  hang: z.boolean().optional(),
  /** How many requests it strikes; without it all, until a reset. */
  times: z.number().int().min(1).optional(),
});
export type Fault = z.infer<typeof Fault>;

const REQUESTS_KEPT = 2000;

export interface Watch {
  requests: LoggedRequest[];
  faults: Fault[];
  middleware: MiddlewareHandler;
}

/** Notes every request that is not about the controls themselves, and plays the faults that were asked for. */
export function openWatch(closing: AbortSignal): Watch {
  const requests: LoggedRequest[] = [];
  const faults: Fault[] = [];
  const middleware: MiddlewareHandler = async (c, next) => {
    if (c.req.path.startsWith("/__local/")) return next();
    const answer = await strike(c, takeFault(faults, c), closing);
    if (answer === undefined) await next();
    const { pathname, search } = new URL(c.req.url);
    const status = answer?.status ?? c.res.status;
    requests.push({ method: c.req.method, path: pathname, query: search, status });
    if (requests.length > REQUESTS_KEPT) requests.shift();
    return answer;
  };
  return { requests, faults, middleware };
}

function takeFault(faults: Fault[], c: Context): Fault | undefined {
  const index = faults.findIndex(
    (fault) => (fault.method ?? c.req.method) === c.req.method && covers(fault.path, c.req.path),
  );
  const fault = faults[index];
  if (fault?.times !== undefined) {
    fault.times -= 1;
    if (fault.times === 0) faults.splice(index, 1);
  }
  return fault;
}

function covers(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

async function strike(
  c: Context,
  fault: Fault | undefined,
  closing: AbortSignal,
): Promise<Response | undefined> {
  if (fault === undefined) return undefined;
  const given = AbortSignal.any([closing, c.req.raw.signal]);
  if (fault.hang === true) await pause(given);
  else if (fault.delayMs !== undefined) await pause(given, fault.delayMs);
  if (fault.status === undefined && fault.hang !== true) return undefined;
  const status = fault.status ?? 503;
  const code = fault.code ?? CODES[status] ?? "internal_clerk_error";
  const after = fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
  return json(errorBody(code, "A fault that was asked for"), status, after);
}

const CODES: Record<number, string> = {
  401: "clerk_key_invalid",
  404: "resource_not_found",
  422: "form_param_invalid",
  429: "too_many_requests",
};

function pause(until: AbortSignal, milliseconds?: number): Promise<void> {
  return new Promise((resolve) => {
    if (until.aborted) return resolve();
    const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    return until.addEventListener("abort", stop, { once: true });
  });
}
